package io.tunnel.it.clients;

import io.tunnel.it.driven.Cells;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The input of the tests: columns of every type that a table can have, with nulls, extremes, dates
 * before the Gregorian calendar, nanoseconds and text of many scripts, in neutral form.
 */
final class EveryType {
  /** A column and the values that go into it, one per row; missing ones at the end are NULL. */
  record Samples(String name, String type, List<@Nullable Object> values) {}

  private static final String MAX_38 = "9".repeat(38);

  private EveryType() {}

  /** Columns whose values every form of body can carry. */
  static List<Samples> columns() {
    List<Samples> columns = new ArrayList<>(scalars());
    columns.addAll(nested());
    return columns;
  }

  private static List<Samples> scalars() {
    return List.of(
        samples("c_tinyint", "TINYINT", "-128", "127", null, "0"),
        samples("c_smallint", "SMALLINT", "-32768", "32767", null, "0"),
        samples("c_int", "INT", "-2147483648", "2147483647", null, "0"),
        // The official SDK refuses -2^63.
        samples("c_bigint", "BIGINT", "-9223372036854775807", "9223372036854775807", null, "0"),
        samples("c_float", "FLOAT", "-3.4028235E38", "1.4E-45", null, "-0.0", "0.1"),
        samples(
            "c_double",
            "DOUBLE",
            "-1.7976931348623157E308",
            "4.9E-324",
            null,
            "-0.0",
            "0.1",
            "NaN",
            "Infinity"),
        samples("c_boolean", "BOOLEAN", "true", "false", null),
        samples(
            "c_string",
            "STRING",
            "",
            "Grüße, 世界, Привет, مرحبا, नमस्ते",
            null,
            "😀👩‍👩‍👧",
            "quote ' double \" back \\ tab \t newline \n null \\N",
            "x".repeat(100_000)),
        samples("c_char", "CHAR(5)", "abcde", "ÄÖÜßé", null, "五文字です"),
        samples("c_varchar", "VARCHAR(20)", "", "varchar ünïcode", null, "12345678901234567890"),
        samples("c_binary", "BINARY", "", "00ff80c3281f", null, "e4b8ad"),
        samples(
            "c_decimal_38_18",
            "DECIMAL(38,18)",
            "99999999999999999999.999999999999999999",
            "-99999999999999999999.999999999999999999",
            null,
            "0.000000000000000001",
            "0"),
        samples("c_decimal_38_0", "DECIMAL(38,0)", MAX_38, "-" + MAX_38, null, "1"),
        samples("c_decimal_10_2", "DECIMAL(10,2)", "12345678.91", "-0.01", null, "100"),
        samples(
            "c_date",
            "DATE",
            "0001-01-01",
            "1582-10-04",
            null,
            "1582-10-15",
            "9999-12-31",
            "1970-01-01",
            "1969-12-31"),
        samples(
            "c_datetime",
            "DATETIME",
            "0001-01-01T00:00",
            "1582-10-04T23:59:59.999",
            null,
            "1582-10-15T00:00:00.001",
            "9999-12-31T23:59:59.999",
            "1969-12-31T23:59:59.999",
            "1986-06-01T12:30"),
        samples(
            "c_timestamp",
            "TIMESTAMP",
            "1677-09-22T00:00:00.000000001",
            "2262-04-10T23:59:59.999999999",
            null,
            "1969-12-31T23:59:59.999999999",
            "1970-01-01T00:00:00.000000001",
            "2026-11-21T08:30:00.123456789"),
        samples(
            "c_timestamp_ntz",
            "TIMESTAMP_NTZ",
            "1677-09-22T00:00:00.000000001",
            "2262-04-10T23:59:59.999999999",
            null,
            "1969-12-31T23:59:59.999999999",
            "1970-01-01T00:00",
            "2026-03-29T02:30:00.500"),
        samples("c_json", "JSON", "{\"a\":[1,2,{\"b\":null}]}", "\"文字\"", null, "12.5"));
  }

  private static List<Samples> nested() {
    return List.of(
        samples("c_array_bigint", "ARRAY<BIGINT>", list("1", null, "-3"), list(), null, list("7")),
        samples("c_array_string", "ARRAY<STRING>", list("", "ü", null), null, list(), list("中")),
        samples(
            "c_array_array",
            "ARRAY<ARRAY<DOUBLE>>",
            list(list("0.5", null), null, list()),
            null,
            list()),
        samples(
            "c_map",
            "MAP<STRING,BIGINT>",
            list(list("k1", "1"), list("k2", null)),
            list(),
            null,
            list(list("ключ", "-9"))),
        samples(
            "c_map_of_arrays",
            "MAP<BIGINT,ARRAY<STRING>>",
            list(list("-1", list("a", null)), list("5", list())),
            null,
            list(list("2", null))),
        samples("c_struct", "STRUCT<a:BIGINT,b:STRING>", list("1", "x"), list(null, null), null),
        samples(
            "c_struct_of_all",
            "STRUCT<d:DECIMAL(20,4),dt:DATE,ts:TIMESTAMP,f:BOOLEAN,l:ARRAY<STRUCT<x:INT,y:DOUBLE>>>",
            list(
                "-1234567890123456.7891",
                "1582-10-04",
                "1969-12-31T23:59:59.999999999",
                "true",
                list(list("1", "0.25"), list(null, null), null)),
            null,
            list(null, null, null, null, null),
            list("0", "2026-01-01", "2026-01-01T00:00", "false", list())));
  }

  /** The column list of CREATE TABLE. */
  static String definitions(List<Samples> columns) {
    return columns.stream().map(c -> c.name() + " " + c.type()).collect(Collectors.joining(", "));
  }

  /** The rows: as many as the longest column has values, and one of nothing but NULL. */
  static List<List<@Nullable Object>> rows(List<Samples> columns) {
    int length = columns.stream().mapToInt(column -> column.values().size()).max().orElse(0);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int row = 0; row <= length; row++) {
      List<@Nullable Object> cells = new ArrayList<>();
      for (Samples column : columns) {
        cells.add(row < column.values().size() ? column.values().get(row) : null);
      }
      rows.add(cells);
    }
    return rows;
  }

  private static Samples samples(String name, String type, @Nullable Object... values) {
    List<@Nullable Object> cells = new ArrayList<>();
    for (Object value : values) {
      cells.add(
          type.startsWith("DECIMAL") && value instanceof String text
              ? Cells.decimal(new BigDecimal(text))
              : value);
    }
    return new Samples(name, type, cells);
  }

  private static List<@Nullable Object> list(@Nullable Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }
}
