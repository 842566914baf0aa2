package io.tunnel.protocol.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.http.XmlElement;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two documents about a table (specification: control plane, sections 3.4 and 3.5). Keys of
 * both may appear in either.
 */
final class TableDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final XmlElement frame;
  private final JsonNode details;
  private final JsonNode reserved;

  private TableDocument(XmlElement frame, JsonNode details, JsonNode reserved) {
    this.frame = frame;
    this.details = details;
    this.reserved = reserved;
  }

  static TableDocument parse(XmlElement table) throws JsonProcessingException {
    JsonNode details = JSON.readTree(table.childText("Schema"));
    JsonNode text = details.path("Reserved");
    JsonNode reserved = text.isTextual() ? JSON.readTree(text.asText()) : MissingNode.getInstance();
    return new TableDocument(table, details, reserved);
  }

  /** Whether keys and transactions are described here. */
  boolean isExtended() {
    return !reserved.isMissingNode();
  }

  /**
   * The table, out of this document and, for keys and transactions, another.
   *
   * @throws IllegalArgumentException if a column has a type that this library does not know
   */
  TableInfo toInfo(TableName name, TableDocument extended) {
    List<String> primaryKey = new ArrayList<>();
    extended.reserved.path("PrimaryKey").forEach(column -> primaryKey.add(column.asText()));
    return new TableInfo(
        name,
        new TableSchema(columns("columns"), columns("partitionKeys")),
        type(),
        details.path("comment").asText(""),
        frame.childText("Owner").isEmpty()
            ? details.path("owner").asText("")
            : frame.childText("Owner"),
        primaryKey,
        extended.reserved.path("Transactional").asBoolean(),
        details.path("size").asLong(-1),
        details.path("recordNum").asLong(-1),
        details.path("lifecycle").asLong(-1),
        extended.reserved.path("BucketNum").asInt(0),
        instant("createTime"),
        instant("lastModifiedTime"));
  }

  private String type() {
    if (details.path("isMaterializedView").asBoolean()) {
      return "MATERIALIZED_VIEW";
    }
    String named = frame.childText("Type");
    if (!named.isEmpty()) {
      return named;
    }
    if (details.path("isVirtualView").asBoolean()) {
      return "VIRTUAL_VIEW";
    }
    return details.path("isExternal").asBoolean() ? "EXTERNAL_TABLE" : "MANAGED_TABLE";
  }

  private @Nullable Instant instant(String key) {
    long seconds = details.path(key).asLong();
    return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
  }

  private List<Column> columns(String key) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : details.path(key)) {
      String name = column.path("name").asText("");
      String defaultValue = column.path("defaultValue").asText("");
      columns.add(
          new Column(
              name,
              type(name, column.path("type").asText("")),
              column.path("isNullable").asBoolean(true),
              column.path("comment").asText(""),
              defaultValue.isEmpty() ? null : defaultValue));
    }
    return columns;
  }

  private static MaxComputeType type(String column, String text) {
    try {
      return MaxComputeType.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("column " + column + ": " + e.getMessage(), e);
    }
  }
}
