package io.tunnel.server.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableEntry;
import java.io.IOException;
import java.time.Instant;

/** What never changes in an upload session, as text: in its folder, later in its row. */
final class SessionDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SessionDocument() {}

  static String write(UploadSession.Identity identity) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", identity.id());
    node.put("project", identity.project());
    node.put("schemaName", identity.schemaName());
    node.put("table", identity.table());
    node.put("tableId", identity.tableId());
    node.set("schema", SchemaJson.write(identity.schema()));
    PartitionSpec partition = identity.partition();
    if (partition != null) {
      node.put("partition", partition.toString());
    }
    node.put("overwrite", identity.overwrite());
    node.put("createPartition", identity.createPartition());
    node.put("owner", identity.owner());
    node.put("quota", identity.quota());
    node.put("created", identity.created().toEpochMilli());
    return node.toString();
  }

  /**
   * Reads a session.
   *
   * @param id the id that it must have
   * @throws IOException if the text is no JSON
   * @throws IllegalArgumentException if it is no session, or another one
   */
  static UploadSession.Identity read(String id, String text) throws IOException {
    JsonNode node = JSON.readTree(text);
    String own = node.path("id").asText();
    if (!own.equals(id)) {
      throw new IllegalArgumentException("The document is of the session \"" + own + "\"");
    }
    String partition = node.path("partition").asText();
    return new UploadSession.Identity(
        id,
        node.path("project").asText(),
        // Documents of earlier versions have none: their sessions reached this schema only.
        node.path("schemaName").asText(TableEntry.DEFAULT_SCHEMA),
        node.path("table").asText(),
        node.path("tableId").asText(),
        SchemaJson.read(node.path("schema")),
        partition.isEmpty() ? null : PartitionKeys.parseExactly(partition),
        node.path("overwrite").asBoolean(),
        node.path("createPartition").asBoolean(),
        node.path("owner").asText(),
        node.path("quota").asText("default"),
        Instant.ofEpochMilli(node.path("created").asLong()));
  }
}
