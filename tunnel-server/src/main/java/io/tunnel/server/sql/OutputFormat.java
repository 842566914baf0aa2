package io.tunnel.server.sql;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.catalog.TableEntry;
import java.util.List;
import java.util.Map;

/**
 * The form of texts that clients ask for by {@code odps.sql.select.output.format} (specification:
 * control plane, sections 3.3 and 3.5): lists of tables as CSV, and the description of a table as
 * JSON. Whatever else is asked for is answered with the plain text.
 */
enum OutputFormat {
  TEXT,
  CSV,
  JSON;

  private static final String SETTING = "odps.sql.select.output.format";

  static OutputFormat of(Map<String, String> settings) {
    String wanted = settings.getOrDefault(SETTING, "");
    if (wanted.equalsIgnoreCase("csv")) {
      return CSV;
    }
    return wanted.equalsIgnoreCase("json") ? JSON : TEXT;
  }

  /** Owner and name of each table. */
  String tables(List<TableEntry> tables) {
    StringBuilder text = new StringBuilder(this == CSV ? "\"owner\",\"table_name\"\n" : "");
    for (TableEntry table : tables) {
      if (this == CSV) {
        ResultText.quoted(text, table.owner());
        text.append(',');
        ResultText.quoted(text, table.name());
        text.append('\n');
      } else {
        text.append(table.owner()).append(':').append(table.name()).append('\n');
      }
    }
    return text.toString();
  }

  /** Everything about a table; times are seconds since 1970. */
  static String description(TableEntry table, long bytes) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("Owner", table.owner());
    node.put("Project", table.project());
    node.put("Schema", table.schemaName());
    node.put("TableComment", table.comment());
    node.put("CreateTime", table.created().getEpochSecond());
    node.put("LastModifiedTime", table.modified().getEpochSecond());
    node.put("ExternalTable", "NO");
    node.put("Size", bytes);
    columns(node.putArray("NativeColumns"), table.schema().columns());
    columns(node.putArray("PartitionColumns"), table.schema().partitionColumns());
    return node + "\n";
  }

  private static void columns(ArrayNode list, List<Column> columns) {
    for (Column column : columns) {
      list.addObject()
          .put("Name", column.name())
          .put("Type", column.type().toString())
          .put("Comment", column.comment())
          .put("Nullable", String.valueOf(column.nullable()))
          .put("DefaultValue", column.defaultValue() == null ? "" : column.defaultValue());
    }
  }
}
