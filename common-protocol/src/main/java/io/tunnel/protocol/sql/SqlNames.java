package io.tunnel.protocol.sql;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tables and partitions as MaxCompute SQL names them. No name and no value can change the statement
 * around it.
 */
public final class SqlNames {
  private SqlNames() {}

  /** A name in back-ticks. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A table with its project, and with its schema if it has one. */
  public static String of(TableName table) {
    String schema = table.schema();
    return quoted(table.project())
        + (schema == null ? "" : "." + quoted(schema))
        + "."
        + quoted(table.table());
  }

  /**
   * What is true of the rows of a partition, for each partition column: {@code `ds` = 'x'}.
   *
   * @param columns the partition columns of the table
   * @throws IllegalArgumentException if the partition lacks a column, or if the value of an integer
   *     column is none
   */
  public static List<String> conditions(List<Column> columns, PartitionSpec partition) {
    List<String> conditions = new ArrayList<>();
    for (Column column : columns) {
      String value = partition.values().get(column.name().toLowerCase(Locale.ROOT));
      if (value == null) {
        throw new IllegalArgumentException(
            "Partition spec \"" + partition + "\" lacks a value for " + column.name());
      }
      conditions.add(quoted(column.name()) + " = " + literal(column, value));
    }
    return conditions;
  }

  /**
   * The statement that creates a partition unless it is there; errors as for {@link #conditions}.
   */
  public static String addPartition(
      TableName table, List<Column> columns, PartitionSpec partition) {
    return "ALTER TABLE "
        + of(table)
        + " ADD IF NOT EXISTS PARTITION ("
        + String.join(", ", conditions(columns, partition))
        + ")";
  }

  private static String literal(Column column, String value) {
    if (!column.type().isInteger()) {
      return (column.type() == PrimitiveType.DATE ? "DATE " : "") + text(value);
    }
    try {
      return Long.toString(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Partition column "
              + column.name()
              + " ("
              + column.type()
              + "): \""
              + value
              + "\" is not a whole number",
          e);
    }
  }

  private static String text(String value) {
    StringBuilder literal = new StringBuilder(value.length() + 2).append('\'');
    value
        .codePoints()
        .forEach(
            c -> {
              if (c == '\'' || c == '\\') {
                literal.append('\\').append((char) c);
              } else if (isEscaped(c)) {
                literal.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                literal.appendCodePoint(c);
              }
            });
    return literal.append('\'').toString();
  }

  /** Most of them stand in no XML document, which is how statements travel. */
  private static boolean isEscaped(int codePoint) {
    boolean isHalfOfAPair =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return codePoint < ' '
        || codePoint == 0x7f
        || isHalfOfAPair
        || codePoint == 0xfffe
        || codePoint == 0xffff;
  }
}
