package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.Partitions;
import io.tunnel.server.session.UploadService;
import io.tunnel.server.session.UploadSession;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The calls of an upload session (specification: regular tunnel, section 2). */
final class UploadResource {
  private final Catalog catalog;
  private final UploadService uploads;
  private final int fieldBytes;

  UploadResource(Catalog catalog, UploadService uploads, int fieldBytes) {
    this.catalog = catalog;
    this.uploads = uploads;
    this.fieldBytes = fieldBytes;
  }

  void serve(Call call, String project, String schema, String table) throws IOException {
    PartitionSpec partition = Partitions.parse(call.parameter("partition"));
    if (call.isPost() && call.has("uploads")) {
      send(
          call,
          uploads.create(
              catalog.table(project, schema, table),
              partition,
              call.isTrue("overwrite"),
              call.isFlag("create_partition"),
              call.owner(),
              quota(call)),
          true);
      return;
    }
    UploadSession session =
        uploads.find(call.required("uploadid"), project, schema, table, partition);
    if (call.isPut() && call.has("blockid")) {
      long fileNanos =
          uploads.writeBlock(
              session,
              (int) number(call, "blockid", call.required("blockid"), Integer.MAX_VALUE),
              number(call, "block_version", call.parameter("block_version"), Long.MAX_VALUE),
              call.has("arrow"),
              coding(call.header("Content-Encoding")),
              call.body());
      call.answerHeader("odps-tunnel-metrics", call.times().json(fileNanos));
      call.sendJson(200, "{}");
    } else if (call.isPost()) {
      uploads.commit(session);
      send(call, session, true);
    } else if (call.isGet()) {
      send(call, session, !"false".equalsIgnoreCase(call.parameter("getblockid")));
    } else {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  static long number(Call call, String name, @Nullable String text, long most)
      throws ServiceException {
    if (text == null) {
      return 0;
    }
    try {
      long value = Long.parseLong(text);
      if (value < 0 || value > most) {
        throw new NumberFormatException();
      }
      return value;
    } catch (NumberFormatException e) {
      if (name.equals("blockid")) {
        throw ServiceError.INVALID_BLOCK_ID.exception(
            "The block id \"" + text + "\" is no number from 0 on", e);
      }
      throw ServiceError.INVALID_PARAMETER.exception(
          "The parameter " + name + "=" + text + " is no number in its range", e);
    }
  }

  static ContentCoding coding(@Nullable String header) throws ServiceException {
    try {
      return ContentCoding.forWireName(header);
    } catch (IllegalArgumentException e) {
      throw ServiceError.MALFORMED_HEADER_VALUE.exception(String.valueOf(e.getMessage()), e);
    }
  }

  private void send(Call call, UploadSession session, boolean withBlocks) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("UploadID", session.id());
    node.put("Initiated", TableRepresentation.date(session.created()));
    node.put("Owner", session.owner());
    node.put("Status", uploads.status(session).word());
    node.put("IsOverwrite", session.isOverwrite());
    node.put("MaxFieldSize", fieldBytes);
    node.put("QuotaName", session.quota());
    node.set("Schema", SchemaJson.write(session.schema()));
    ArrayNode blocks = node.putArray("UploadedBlockList");
    if (withBlocks) {
      for (UploadSession.Block block : session.blocks()) {
        blocks
            .addObject()
            .put("BlockID", block.id())
            .put("CreateTime", block.finished().getEpochSecond())
            .put("Date", TableRepresentation.date(block.finished()))
            .put("FileName", "")
            .put("RecordCount", block.rows())
            .put("Version", block.version());
      }
    }
    call.sendJson(200, node.toString());
  }

  /** The quota that a call names, which its session keeps. */
  static String quota(Call call) {
    String name = call.parameter("quotaName");
    return name == null ? "default" : name;
  }
}
