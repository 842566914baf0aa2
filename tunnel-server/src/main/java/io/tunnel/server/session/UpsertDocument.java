package io.tunnel.server.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.PartitionKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What never changes in an upsert session, as text: in its folder, later in its row. */
final class UpsertDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private UpsertDocument() {}

  static String write(UpsertSession.Identity identity) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", identity.id());
    node.put("project", identity.project());
    node.put("schemaName", identity.schemaName());
    node.put("table", identity.table());
    node.put("tableId", identity.tableId());
    node.set("schema", SchemaJson.write(identity.schema()));
    identity.primaryKey().forEach(node.putArray("primaryKey")::add);
    PartitionSpec partition = identity.partition();
    if (partition != null) {
      node.put("partition", partition.toString());
    }
    node.put("buckets", identity.buckets());
    node.put("slots", identity.slots());
    node.put("partialUpdate", identity.partialUpdate());
    node.put("owner", identity.owner());
    node.put("quota", identity.quota());
    node.put("created", identity.created().toEpochMilli());
    node.put("lifeMillis", identity.life().toMillis());
    return node.toString();
  }

  /**
   * Reads a session.
   *
   * @param id the id that it must have
   * @throws IOException if the text is no JSON
   * @throws IllegalArgumentException if it is no session, or another one
   */
  static UpsertSession.Identity read(String id, String text) throws IOException {
    JsonNode node = JSON.readTree(text);
    String own = node.path("id").asText();
    if (!own.equals(id)) {
      throw new IllegalArgumentException("The document is of the session \"" + own + "\"");
    }
    List<String> primaryKey = new ArrayList<>();
    node.path("primaryKey").forEach(key -> primaryKey.add(key.asText()));
    String partition = node.path("partition").asText();
    return new UpsertSession.Identity(
        id,
        node.path("project").asText(),
        node.path("schemaName").asText(),
        node.path("table").asText(),
        node.path("tableId").asText(),
        SchemaJson.read(node.path("schema")),
        primaryKey,
        partition.isEmpty() ? null : PartitionKeys.parseExactly(partition),
        node.path("buckets").asInt(),
        node.path("slots").asInt(),
        node.path("partialUpdate").asBoolean(),
        node.path("owner").asText(),
        node.path("quota").asText(),
        Instant.ofEpochMilli(node.path("created").asLong()),
        Duration.ofMillis(node.path("lifeMillis").asLong()));
  }
}
