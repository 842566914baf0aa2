package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.Partitions;
import io.tunnel.server.session.UpsertService;
import io.tunnel.server.session.UpsertSession;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The calls of an upsert session (specification: upsert, section 2). */
final class UpsertResource {
  private static final int MOST_HOURS = 24;

  private final Catalog catalog;
  private final UpsertService upserts;

  UpsertResource(Catalog catalog, UpsertService upserts) {
    this.catalog = catalog;
    this.upserts = upserts;
  }

  void serve(Call call, String project, String schema, String table) throws IOException {
    PartitionSpec partition = Partitions.parse(call.parameter("partition"));
    if (call.isPost() && !call.has("upsertid")) {
      send(
          call,
          upserts.create(
              catalog.table(project, schema, table),
              partition,
              slots(call),
              life(call),
              call.owner(),
              UploadResource.quota(call)));
      return;
    }
    UpsertSession session =
        upserts.find(call.required("upsertid"), project, schema, table, partition);
    switch (call.method()) {
      case "PUT" -> {
        String records = call.parameter("record_count");
        long fileNanos =
            upserts.write(
                session,
                (int)
                    UploadResource.number(
                        call, "bucketid", call.required("bucketid"), Integer.MAX_VALUE),
                records == null
                    ? null
                    : UploadResource.number(call, "record_count", records, Long.MAX_VALUE),
                UploadResource.coding(call.header("Content-Encoding")),
                call.body());
        call.answerHeader("odps-tunnel-metrics", call.times().json(fileNanos));
        call.sendJson(200, "{}");
      }
      case "POST" -> {
        upserts.commit(session);
        send(call, session);
      }
      case "GET", "HEAD" -> send(call, session);
      case "DELETE" -> {
        upserts.abort(session);
        send(call, session);
      }
      default -> throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private static int slots(Call call) throws ServiceException {
    String text = call.parameter("slotnum");
    long slots = text == null ? 1 : UploadResource.number(call, "slotnum", text, Integer.MAX_VALUE);
    if (slots == 0) {
      throw ServiceError.INVALID_PARAMETER.exception("slotnum is 0, at least one slot is needed");
    }
    return (int) slots;
  }

  private static @Nullable Duration life(Call call) throws ServiceException {
    String text = call.parameter("lifecycle");
    if (text == null) {
      return null;
    }
    long hours = UploadResource.number(call, "lifecycle", text, MOST_HOURS);
    if (hours == 0) {
      throw ServiceError.INVALID_PARAMETER.exception("lifecycle is 0, at least 1 hour is needed");
    }
    return Duration.ofHours(hours);
  }

  private void send(Call call, UpsertSession session) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", session.id());
    node.set("schema", SchemaJson.write(session.schema()));
    session.primaryKey().forEach(node.putArray("hash_key")::add);
    node.put("hasher", "default");
    ArrayNode slots = node.putArray("slots");
    for (int slot = 0; slot < session.slots(); slot++) {
      ObjectNode entry = slots.addObject().put("slot_id", Integer.toString(slot));
      ArrayNode buckets = entry.putArray("buckets");
      for (int bucket = slot; bucket < session.buckets(); bucket += session.slots()) {
        buckets.add(bucket);
      }
      entry.put("worker_addr", call.workerAddress());
    }
    node.put("status", upserts.status(session).word());
    node.put("quota_name", session.quota());
    node.put("enable_partial_update", session.allowsPartialUpdate());
    call.sendJson(200, node.toString());
  }
}
