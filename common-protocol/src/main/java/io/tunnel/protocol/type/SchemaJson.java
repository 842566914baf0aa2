package io.tunnel.protocol.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema object of session answers (specification: regular tunnel, section 6). What is written
 * satisfies every official client: real booleans, {@code column_id} as text, no JSON null.
 */
public final class SchemaJson {
  private SchemaJson() {}

  /** Writes the object. */
  public static ObjectNode write(TableSchema schema) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("IsVirtualView", false);
    writeColumns(object.putArray("columns"), schema.columns(), 0);
    writeColumns(
        object.putArray("partitionKeys"), schema.partitionColumns(), schema.columns().size());
    return object;
  }

  /**
   * Reads the object. A missing {@code nullable} counts as true, as in the official Java SDK, and a
   * JSON null as a missing member.
   *
   * @throws IllegalArgumentException if a column has no name or an unknown type
   */
  public static TableSchema read(JsonNode object) {
    return new TableSchema(
        readColumns(object.path("columns")), readColumns(object.path("partitionKeys")));
  }

  private static void writeColumns(ArrayNode array, List<Column> columns, int firstId) {
    int id = firstId;
    for (Column column : columns) {
      String defaultValue = column.defaultValue();
      array
          .addObject()
          .put("column_id", Integer.toString(id++))
          .put("name", column.name())
          .put("type", column.type().toString())
          .put("nullable", column.nullable())
          .put("comment", column.comment())
          .put("default_value", defaultValue == null ? "" : defaultValue);
    }
  }

  private static List<Column> readColumns(JsonNode array) {
    List<Column> columns = new ArrayList<>(array.size());
    for (JsonNode column : array) {
      String name = text(column, "name");
      if (name.isEmpty()) {
        throw new IllegalArgumentException("The schema in the answer has a column without a name");
      }
      String defaultValue = text(column, "default_value");
      columns.add(
          new Column(
              name,
              type(name, text(column, "type")),
              column.path("nullable").asBoolean(true),
              text(column, "comment"),
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

  private static String text(JsonNode column, String member) {
    return column.path(member).asText("");
  }
}
