package io.tunnel.jdbc;

import io.tunnel.jdbc.result.Cursor;
import io.tunnel.jdbc.result.HeapCursor;
import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text that SHOW, DESC and EXPLAIN give, as rows. */
final class CommandResult {
  private final List<Column> columns;
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  private CommandResult(String... names) {
    List<Column> list = new ArrayList<>();
    for (String name : names) {
      list.add(Column.of(name, "string"));
    }
    columns = List.copyOf(list);
  }

  /** Rows of the text, in columns that depend on the statement; one column {@code info} else. */
  static Cursor of(@Nullable Statement statement, String text, ValueConverter converter) {
    CommandResult result;
    if (statement instanceof Statement.ShowTables) {
      result = new CommandResult("owner", "table_name");
      text.lines().filter(line -> !line.isBlank()).forEach(result::addOwned);
    } else if (statement instanceof Statement.ShowPartitions) {
      result = new CommandResult("partition");
      text.lines().filter(line -> !line.isBlank()).forEach(result::add);
    } else if (statement instanceof Statement.ShowSchemas) {
      result = new CommandResult("schema_name");
      text.lines().filter(line -> !line.isBlank()).forEach(result::add);
    } else if (statement instanceof Statement.ShowCreateTable) {
      result = new CommandResult("create_table");
      result.add(text.strip());
    } else {
      result = new CommandResult("info");
      text.lines().forEach(result::add);
    }
    return new HeapCursor(result.columns, result.rows, converter);
  }

  /** The columns of a table: name, type, whether NULL may be stored, partition column, comment. */
  static Cursor describe(TableSchema schema, ValueConverter converter) {
    CommandResult result =
        new CommandResult("column_name", "type", "nullable", "partition_column", "comment");
    for (Column column : schema.allColumns()) {
      boolean partition = schema.partitionColumns().contains(column);
      result.rows.add(
          new @Nullable Object[] {
            column.name(),
            TypeDescription.typeName(column.type()),
            Boolean.toString(column.nullable()),
            Boolean.toString(partition),
            column.comment()
          });
    }
    return new HeapCursor(result.columns, result.rows, converter);
  }

  private void add(String value) {
    rows.add(new @Nullable Object[] {value});
  }

  private void addOwned(String line) {
    int colon = line.lastIndexOf(':');
    rows.add(
        new @Nullable Object[] {
          colon < 0 ? "" : line.substring(0, colon), line.substring(colon + 1)
        });
  }
}
