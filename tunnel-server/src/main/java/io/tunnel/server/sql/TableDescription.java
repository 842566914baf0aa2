package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.SqlLiterals;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table as the boxes of DESC and as the text of SHOW CREATE TABLE. */
final class TableDescription {
  private static final int WIDTH = 84;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final StringBuilder text = new StringBuilder();

  private TableDescription() {}

  static String of(TableEntry table, boolean extended, long rows, long bytes) {
    TableDescription box = new TableDescription();
    box.rule();
    box.line("Owner: " + table.owner() + " | Project: " + table.project());
    box.line("TableComment: " + table.comment());
    box.rule();
    box.line("CreateTime:               " + time(table.created()));
    box.line("LastDDLTime:              " + time(table.changed()));
    box.line("LastModifiedTime:         " + time(table.modified()));
    box.rule();
    String viewText = table.viewText();
    box.line(
        viewText == null
            ? "InternalTable: YES      | Size: " + bytes
            : "VirtualView: YES  | ViewText: " + viewText);
    box.rule();
    box.line("Native Columns:");
    box.rule();
    box.columns(table.schema().columns(), extended);
    if (table.schema().isPartitioned()) {
      box.line("Partition Columns:");
      box.rule();
      box.columns(table.schema().partitionColumns(), false);
    }
    if (extended) {
      box.line("Extended Info:");
      box.rule();
      box.line("TableID:                  " + table.id());
      box.line("RecordNum:                " + rows);
      box.line("Transactional:            " + table.isTransactional());
      box.line("PrimaryKey:               " + String.join(", ", table.primaryKey()));
      box.line("Lifecycle:                " + table.lifecycle());
      box.clustering(TableClustering.of(table));
      box.rule();
    }
    return box.text.toString();
  }

  static String of(PartitionEntry partition, long rows, long bytes) {
    TableDescription box = new TableDescription();
    box.rule();
    box.line("PartitionSize: " + bytes);
    box.line("PartitionRecordNum: " + rows);
    box.rule();
    box.line("CreateTime:               " + time(partition.created()));
    box.line("LastDDLTime:              " + time(partition.created()));
    box.line("LastModifiedTime:         " + time(partition.modified()));
    box.rule();
    return box.text.toString();
  }

  private void clustering(@Nullable TableClustering clustering) {
    if (clustering == null) {
      return;
    }
    line("ClusterType:              " + clustering.type());
    if (clustering.buckets() != null) {
      line("BucketNum:                " + clustering.buckets());
    }
    line("ClusterColumns:           " + clustering.columns());
    line(
        "SortColumns:              "
            + clustering.sorted().stream()
                .map(c -> c.name() + " " + c.order().toUpperCase(Locale.ROOT))
                .toList());
  }

  private void columns(List<Column> columns, boolean nullability) {
    line(
        String.format(
            "%-24s | %-32s | %s", "Field", "Type", nullability ? "Nullable | Comment" : "Comment"));
    rule();
    for (Column column : columns) {
      String end =
          nullability
              ? String.format("%-8s | %s", column.nullable(), column.comment())
              : column.comment();
      line(String.format("%-24s | %-32s | %s", column.name(), column.type(), end));
    }
    rule();
  }

  private void rule() {
    text.append('+').append("-".repeat(WIDTH)).append("+\n");
  }

  private void line(String content) {
    text.append("| ").append(content);
    text.append(" ".repeat(Math.max(0, WIDTH - 2 - content.length()))).append(" |\n");
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** The statement that makes the table again. */
  static String ddl(TableEntry table) {
    return table.isView() ? viewDdl(table) : tableDdl(table);
  }

  private static String viewDdl(TableEntry view) {
    String columns =
        view.schema().columns().stream()
            .map(c -> quote(c.name()) + comment(c))
            .collect(Collectors.joining(", ", " (", ")"));
    return "CREATE VIEW IF NOT EXISTS "
        + name(view)
        + columns
        + (view.comment().isEmpty() ? "" : "\nCOMMENT " + SqlLiterals.literal(view.comment()))
        + "\nAS "
        + view.viewText()
        + ";\n";
  }

  private static String name(TableEntry table) {
    return quote(table.project())
        + "."
        + (table.inDefaultSchema() ? "" : quote(table.schemaName()) + ".")
        + quote(table.name());
  }

  private static String tableDdl(TableEntry table) {
    List<String> columns = new ArrayList<>();
    for (Column column : table.schema().columns()) {
      columns.add("  " + definition(column));
    }
    if (!table.primaryKey().isEmpty()) {
      columns.add(
          "  PRIMARY KEY ("
              + table.primaryKey().stream()
                  .map(TableDescription::quote)
                  .collect(Collectors.joining(", "))
              + ")");
    }
    StringBuilder ddl =
        new StringBuilder("CREATE TABLE ")
            .append(name(table))
            .append(" (\n")
            .append(String.join(",\n", columns))
            .append("\n)");
    if (!table.comment().isEmpty()) {
      ddl.append("\nCOMMENT ").append(SqlLiterals.literal(table.comment()));
    }
    if (table.schema().isPartitioned()) {
      ddl.append(
          table.schema().partitionColumns().stream()
              .map(TableDescription::definition)
              .collect(Collectors.joining(", ", "\nPARTITIONED BY (", ")")));
    }
    TableClustering clustering = TableClustering.of(table);
    if (clustering != null) {
      ddl.append('\n').append(clause(clustering));
    }
    Map<String, String> properties = TableDefinition.own(table.properties());
    if (!properties.isEmpty()) {
      ddl.append(
          properties.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(p -> SqlLiterals.literal(p.getKey()) + "=" + SqlLiterals.literal(p.getValue()))
              .collect(Collectors.joining(", ", "\nTBLPROPERTIES (", ")")));
    }
    if (table.lifecycle() >= 0) {
      ddl.append("\nLIFECYCLE ").append(table.lifecycle());
    }
    return ddl.append(";\n").toString();
  }

  private static String clause(TableClustering clustering) {
    StringBuilder clause =
        new StringBuilder(clustering.isRange() ? "RANGE CLUSTERED BY (" : "CLUSTERED BY (")
            .append(
                clustering.columns().stream()
                    .map(TableDescription::quote)
                    .collect(Collectors.joining(", ")))
            .append(')');
    if (!clustering.sorted().isEmpty()) {
      clause.append(
          clustering.sorted().stream()
              .map(c -> quote(c.name()) + (c.isDescending() ? " DESC" : " ASC"))
              .collect(Collectors.joining(", ", " SORTED BY (", ")")));
    }
    if (clustering.buckets() != null) {
      clause.append(" INTO ").append(clustering.buckets()).append(" BUCKETS");
    }
    return clause.toString();
  }

  private static String definition(Column column) {
    MaxComputeType type = column.type();
    String defaultValue = column.defaultValue();
    return quote(column.name())
        + " "
        + type.toString().toUpperCase(Locale.ROOT)
        + (column.nullable() ? "" : " NOT NULL")
        + (defaultValue == null ? "" : " DEFAULT " + defaultValue)
        + comment(column);
  }

  private static String comment(Column column) {
    return column.comment().isEmpty() ? "" : " COMMENT " + SqlLiterals.literal(column.comment());
  }

  private static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
