package io.tunnel.server.catalog;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.protocol.type.VarcharType;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one form in which the values of a partition are known: {@code 01} and {@code 1} of BIGINT.
 */
public final class PartitionKeys {
  private PartitionKeys() {}

  /**
   * A spec in the order of the table's partition columns, each value in the form that DuckDB
   * prints.
   *
   * @throws IllegalArgumentException if a column is missing or unknown, or if a value has not the
   *     type of its column or could not be named by a client: they take quotes, and blanks at the
   *     ends, away
   */
  public static PartitionSpec canonical(TableSchema schema, PartitionSpec spec) {
    PartitionSpec aligned = spec.alignedTo(schema);
    Map<String, String> values = new LinkedHashMap<>();
    for (Column column : schema.partitionColumns()) {
      String text = aligned.values().get(column.name());
      if (text != null) {
        values.put(column.name(), canonical(column, text));
      }
    }
    return new PartitionSpec(values);
  }

  /** Reads what {@link PartitionSpec#toString} wrote, every character of the values kept. */
  public static PartitionSpec parseExactly(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String level : text.split(",", -1)) {
      int equals = level.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("\"" + text + "\" is no partition");
      }
      values.put(level.substring(0, equals), level.substring(equals + 1));
    }
    return new PartitionSpec(values);
  }

  private static String canonical(Column column, String text) {
    if (!text.equals(text.strip()) || text.indexOf('\'') >= 0 || text.indexOf('"') >= 0) {
      throw new IllegalArgumentException(
          "Partition column "
              + column.name()
              + ": the value \""
              + text
              + "\" must have no quotes, and no blanks at its ends, because clients drop them");
    }
    MaxComputeType type = column.type();
    try {
      if (type instanceof PrimitiveType primitive) {
        return switch (primitive) {
          case TINYINT -> Byte.toString(Byte.parseByte(text));
          case SMALLINT -> Short.toString(Short.parseShort(text));
          case INT -> Integer.toString(Integer.parseInt(text));
          case BIGINT -> Long.toString(Long.parseLong(text));
          case DATE -> LocalDate.parse(text).toString();
          default -> text;
        };
      }
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "Partition column " + column.name() + ": \"" + text + "\" is no " + type, e);
    }
    int length =
        type instanceof CharType c
            ? c.length()
            : type instanceof VarcharType v ? v.length() : Integer.MAX_VALUE;
    if (text.codePointCount(0, text.length()) > length) {
      throw new IllegalArgumentException(
          "Partition column " + column.name() + ": \"" + text + "\" is longer than " + type);
    }
    return text;
  }
}
