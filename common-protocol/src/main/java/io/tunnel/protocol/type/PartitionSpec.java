package io.tunnel.protocol.type;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A partition of a table: one value for each partition column, from the outer to the inner level.
 * Column names are kept in lower case; values are text and contain neither {@code ,} nor {@code /}
 * (specification: regular tunnel, section 1.4).
 *
 * @param values column name to value, in order, at least one
 */
public record PartitionSpec(Map<String, String> values) {
  /** Copies the map, keeping its order, and checks names and values. */
  public PartitionSpec {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("A partition spec needs at least one column=value");
    }
    Map<String, String> copy = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (value.isEmpty() || value.indexOf(',') >= 0 || value.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                "Partition column "
                    + name
                    + ": the value \""
                    + value
                    + "\" must not be empty and must contain neither ',' nor '/'");
          }
          if (copy.put(name.toLowerCase(Locale.ROOT), value) != null) {
            throw new IllegalArgumentException(
                "A partition spec names the column " + name + " twice");
          }
        });
    values = Collections.unmodifiableMap(copy);
  }

  /**
   * Parses {@code ds='2026-01-01',hh=10}; levels may be separated by {@code ,} or {@code /}, values
   * may stand in single or double quotes.
   *
   * @throws IllegalArgumentException if a level is not of the form {@code column=value}
   */
  public static PartitionSpec parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String level : text.split("[,/]", -1)) {
      int equals = level.indexOf('=');
      String name = equals < 0 ? "" : level.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            "Partition spec \"" + text + "\": \"" + level + "\" is not of the form column=value");
      }
      if (values.put(name, unquote(level.substring(equals + 1).strip())) != null) {
        throw new IllegalArgumentException(
            "Partition spec \"" + text + "\" names the column " + name + " twice");
      }
    }
    return new PartitionSpec(values);
  }

  /**
   * The same values in the order of the table's partition columns.
   *
   * @throws IllegalArgumentException if a column is missing, or unknown to the table
   */
  public PartitionSpec alignedTo(TableSchema schema) {
    Map<String, String> aligned = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Column column : schema.partitionColumns()) {
      String name = column.name().toLowerCase(Locale.ROOT);
      String value = values.get(name);
      if (value == null) {
        missing.add(name);
      } else {
        aligned.put(name, value);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Partition spec \"" + this + "\" lacks a value for " + String.join(", ", missing));
    }
    for (String name : values.keySet()) {
      if (!aligned.containsKey(name)) {
        throw new IllegalArgumentException(
            "Partition spec \"" + this + "\": the table has no partition column " + name);
      }
    }
    return new PartitionSpec(aligned);
  }

  /** The form of the tunnel endpoint: {@code ds=2026-01-01,hh=10}. */
  @Override
  public String toString() {
    return join("", ",");
  }

  /** The form of the service endpoint and of SQL: {@code ds='2026-01-01',hh='10'}. */
  public String toQuotedString() {
    return join("'", ",");
  }

  /** The form of {@code SHOW PARTITIONS}: {@code ds=2026-01-01/hh=10}. */
  public String toPathString() {
    return join("", "/");
  }

  private String join(String quote, String separator) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + "=" + quote + e.getValue() + quote)
        .collect(Collectors.joining(separator));
  }

  private static String unquote(String value) {
    int last = value.length() - 1;
    if (last > 0
        && (value.charAt(0) == '\'' || value.charAt(0) == '"')
        && value.charAt(last) == value.charAt(0)) {
      return value.substring(1, last);
    }
    return value;
  }
}
