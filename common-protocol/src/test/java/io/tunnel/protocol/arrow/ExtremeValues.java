package io.tunnel.protocol.arrow;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values at the edges of every type that go through both encodings in both forms, each alone
 * and inside of arrays, maps and structs.
 */
public final class ExtremeValues {
  private static final Map<String, List<Object>> BY_TYPE = new LinkedHashMap<>();

  static {
    put("tinyint", -128L, -1L, 0L, 127L);
    put("smallint", -32_768L, 32_767L);
    put("int", -2_147_483_648L, 2_147_483_647L);
    put("bigint", Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
    put(
        "float",
        Float.NaN,
        Float.NEGATIVE_INFINITY,
        Float.POSITIVE_INFINITY,
        -0.0f,
        0.0f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE);
    put(
        "double",
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        -Double.MAX_VALUE);
    put("boolean", true, false);
    put("string", text(""), text("\0"), text("a b "), text("\uD83D\uDE00 中文 é"), "ff00fe");
    put("char(255)", text(""), text("padded   "), text("ü".repeat(255)));
    put("varchar(65535)", text("padded   "), text("x".repeat(65_535)));
    put("binary", "", "00", "ff".repeat(300));
    put("json", text("null"), text("{\"a\":[1,-2.5e3,\"ü\",null,{}]}"), text("\"\""));
    put("decimal(1,0)", decimal("-9"), decimal("0"), decimal("9"));
    put("decimal(18,18)", decimal("-0.999999999999999999"), decimal("0.000000000000000001"));
    put("decimal(38,0)", decimal("-" + "9".repeat(38)), decimal("9".repeat(38)));
    for (String widest : List.of("decimal(38,18)", "decimal")) {
      put(
          widest,
          decimal("-" + "9".repeat(20) + "." + "9".repeat(18)),
          decimal("-0.000000000000000001"),
          decimal("0.000000000000000000"),
          decimal("9".repeat(20) + "." + "9".repeat(18)));
    }
    put(
        "date",
        date("0001-01-01"),
        date("1582-10-04"),
        date("1582-10-15"),
        date("1969-12-31"),
        date("2000-02-29"),
        date("9999-12-31"));
    put(
        "datetime",
        millis("0001-01-01T00:00:00Z"),
        millis("1582-10-04T23:59:59.999Z"),
        millis("1582-10-15T00:00:00Z"),
        millis("1927-12-31T15:54:08Z"),
        millis("1969-12-31T23:59:59.999Z"),
        millis("9999-12-31T23:59:59.999Z"));
    for (String wallOrInstant : List.of("timestamp", "timestamp_ntz")) {
      put(
          wallOrInstant,
          // The first and the last nanosecond of 64 bits.
          instant("1677-09-21T00:12:43.145224192Z"),
          instant("1900-01-01T00:00:00.000000001Z"),
          instant("1969-12-31T23:59:59.999999999Z"),
          instant("1970-01-01T00:00:00Z"),
          instant("2262-04-11T23:47:16.854775807Z"));
    }
    put("interval_year_month", -2_147_483_648L, -1L, 0L, 119_988L, 2_147_483_647L);
    put(
        "interval_day_time",
        new TableValues.Seconds(-86_400, -999_000_000),
        new TableValues.Seconds(0, -1_000_000),
        new TableValues.Seconds(0, 0),
        new TableValues.Seconds(86_399, 999_000_000),
        new TableValues.Seconds(86_400L * 2_147_483_647, 0));
  }

  private ExtremeValues() {}

  /** One table for each type. */
  public static List<Tables.Table> tables() {
    List<Tables.Table> tables = new ArrayList<>();
    BY_TYPE.forEach((type, values) -> tables.add(table(type, values)));
    return tables;
  }

  private static Tables.Table table(String type, List<Object> values) {
    List<Column> columns =
        List.of(
            Column.of("v", type),
            Column.of("a", "array<" + type + ">"),
            Column.of("m", "map<" + type + ",array<" + type + ">>"),
            Column.of("s", "struct<f:" + type + ",g:map<bigint,struct<h:" + type + ">>>"));
    List<List<Object>> rows = new ArrayList<>();
    rows.add(Arrays.asList(null, null, null, null));
    for (Object value : values) {
      List<Object> some = Arrays.asList(value, null, value);
      List<Object> deep = List.of(Arrays.asList(Long.MIN_VALUE, Arrays.asList(value)));
      rows.add(List.of(value, some, List.of(List.of(value, some)), List.of(value, deep)));
    }
    rows.add(List.of(values.get(0), values, List.of(), Arrays.asList(null, List.of())));
    return new Tables.Table(columns, rows);
  }

  private static void put(String type, Object... values) {
    if (BY_TYPE.put(MaxComputeType.parse(type).toString(), List.of(values)) != null) {
      throw new AssertionError(type);
    }
  }

  private static Object text(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Object decimal(String text) {
    return new BigDecimal(text);
  }

  private static Object date(String text) {
    return LocalDate.parse(text).toEpochDay();
  }

  private static Object millis(String text) {
    return Instant.parse(text).toEpochMilli();
  }

  private static Object instant(String text) {
    Instant instant = Instant.parse(text);
    return new TableValues.Seconds(instant.getEpochSecond(), instant.getNano());
  }
}
