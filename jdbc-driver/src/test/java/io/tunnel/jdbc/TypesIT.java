package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type, written on both paths and read in every way, in several zones of the JVM. */
class TypesIT {
  private final TimeZone zoneBefore = TimeZone.getDefault();
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
  }

  @AfterEach
  void close() throws SQLException {
    TimeZone.setDefault(zoneBefore);
    connection.close();
  }

  /**
   * Writes the values as a batch and one by one, and checks that both give the expected objects,
   * that their class is the promised one, and that NULL is NULL.
   */
  private void check(String type, Class<?> naturalClass, Object[][] valuesAndExpected)
      throws SQLException {
    String table = LocalServer.table(connection, "(path STRING, n BIGINT, v " + type + ")");
    String sql = "INSERT INTO " + table + " VALUES (?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i <= valuesAndExpected.length; i++) {
        Object value = i < valuesAndExpected.length ? valuesAndExpected[i][0] : null;
        insert.setString(1, "batch");
        insert.setInt(2, i);
        insert.setObject(3, value);
        insert.addBatch();
      }
      insert.executeBatch();
      for (int i = 0; i <= valuesAndExpected.length; i++) {
        Object value = i < valuesAndExpected.length ? valuesAndExpected[i][0] : null;
        insert.setString(1, "single");
        insert.setInt(2, i);
        insert.setObject(3, value);
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT path, n, v FROM " + table + " ORDER BY path, n")) {
      ResultSetMetaData columns = rows.getMetaData();
      int count = 0;
      while (rows.next()) {
        count++;
        int i = rows.getInt(2);
        if (i == valuesAndExpected.length) {
          assertThat(rows.getObject(3)).isNull();
          assertThat(rows.wasNull()).isTrue();
          assertThat(rows.getString("v")).isNull();
          continue;
        }
        Object expected = valuesAndExpected[i][1];
        String what = type + " " + rows.getString(1) + " " + valuesAndExpected[i][0];
        assertThat(rows.getObject(3, naturalClass)).as(what).isEqualTo(expected);
        assertThat(rows.getObject(3).getClass().getName())
            .as(what)
            .isEqualTo(columns.getColumnClassName(3));
        if (rows.getObject(3) instanceof BigDecimal number) {
          assertThat(number.scale()).isEqualTo(columns.getScale(3));
        }
      }
      assertThat(count).isEqualTo(2 * (valuesAndExpected.length + 1));
    }
  }

  @Test
  void integers() throws SQLException {
    check(
        "TINYINT", Integer.class, new Object[][] {{-128, -128}, {127L, 127}, {"5", 5}, {true, 1}});
    check("SMALLINT", Integer.class, new Object[][] {{-32768, -32768}, {32767, 32767}});
    check(
        "INT",
        Integer.class,
        new Object[][] {
          {Integer.MIN_VALUE, Integer.MIN_VALUE},
          {(long) Integer.MAX_VALUE, Integer.MAX_VALUE},
          {new BigDecimal("7.00"), 7},
          {2.0, 2}
        });
    check(
        "BIGINT",
        Long.class,
        new Object[][] {{-Long.MAX_VALUE, -Long.MAX_VALUE}, {Long.MAX_VALUE, Long.MAX_VALUE}});
  }

  @Test
  void floatsAndBooleans() throws SQLException {
    check(
        "FLOAT",
        Float.class,
        new Object[][] {
          {Float.MIN_VALUE, Float.MIN_VALUE},
          {Float.MAX_VALUE, Float.MAX_VALUE},
          {0.1, 0.1f},
          {Float.NaN, Float.NaN},
          {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}
        });
    check(
        "DOUBLE",
        Double.class,
        new Object[][] {
          {Double.MIN_VALUE, Double.MIN_VALUE},
          {-Double.MAX_VALUE, -Double.MAX_VALUE},
          {"1e3", 1000.0},
          {Double.NaN, Double.NaN},
          {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}
        });
    check("BOOLEAN", Boolean.class, new Object[][] {{true, true}, {0, false}, {"TRUE", true}});
  }

  @Test
  void decimals() throws SQLException {
    BigDecimal big = new BigDecimal("99999999999999999999.999999999999999999");
    check(
        "DECIMAL(38,18)",
        BigDecimal.class,
        new Object[][] {{big, big}, {big.negate(), big.negate()}});
    check(
        "DECIMAL(10,2)",
        BigDecimal.class,
        new Object[][] {
          {1, new BigDecimal("1.00")},
          {new BigDecimal("-0.5"), new BigDecimal("-0.50")},
          {new BigDecimal("1.500"), new BigDecimal("1.50")},
          {new BigDecimal("1E+7"), new BigDecimal("10000000.00")},
          {0.25, new BigDecimal("0.25")},
          {"99999999.99", new BigDecimal("99999999.99")},
          {BigDecimal.ZERO, new BigDecimal("0.00")}
        });
  }

  @Test
  void texts() throws SQLException {
    Object[][] texts = {
      {"", ""},
      {
        "it's \"quoted\" `x` \\ \n\r\t % _ ? -- /* */",
        "it's \"quoted\" `x` \\ \n\r\t % _ ? -- /* */"
      },
      {"中文 😀 é\u0001", "中文 😀 é\u0001"},
      {42, "42"},
      {new BigDecimal("1E+3"), "1000"},
      {LocalDate.of(2026, 1, 2), "2026-01-02"},
      {true, "true"}
    };
    check("STRING", String.class, texts);
    check("VARCHAR(100)", String.class, texts);
    check("CHAR(4)", String.class, new Object[][] {{"abcd", "abcd"}, {"中文中文", "中文中文"}});
    check("JSON", String.class, new Object[][] {{"{\"a\":[1,2]}", "{\"a\":[1,2]}"}});
  }

  @Test
  void binaries() throws SQLException {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    check("BINARY", byte[].class, new Object[][] {{all, all}, {new byte[0], new byte[0]}});
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/Los_Angeles"})
  void datesAndTimesDoNotDependOnTheZoneOfTheJvm(String zone) throws SQLException {
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    check(
        "DATE",
        LocalDate.class,
        new Object[][] {
          {LocalDate.of(2026, 3, 8), LocalDate.of(2026, 3, 8)},
          {LocalDate.of(1, 1, 1), LocalDate.of(1, 1, 1)},
          {LocalDate.of(1500, 2, 28), LocalDate.of(1500, 2, 28)},
          {LocalDate.of(9999, 12, 31), LocalDate.of(9999, 12, 31)},
          {Date.valueOf("1890-05-06"), LocalDate.of(1890, 5, 6)},
          {"2024-02-29", LocalDate.of(2024, 2, 29)}
        });
    Instant exact = Instant.parse("2026-03-08T10:30:00.123Z");
    check(
        "DATETIME",
        Instant.class,
        new Object[][] {
          {exact, exact},
          {Timestamp.from(exact), exact},
          {exact.plusNanos(999_999), exact},
          {OffsetDateTime.parse("2026-03-08T18:30:00.123+08:00"), exact},
          {LocalDateTime.parse("2026-03-08T10:30:00.123"), exact},
          {"2026-03-08 10:30:00.123", exact},
          {Instant.parse("1400-01-01T00:00:00Z"), Instant.parse("1400-01-01T00:00:00Z")},
          {Instant.parse("9999-12-31T23:59:59.999Z"), Instant.parse("9999-12-31T23:59:59.999Z")},
          {Instant.parse("1969-12-31T23:59:59.999Z"), Instant.parse("1969-12-31T23:59:59.999Z")}
        });
    Instant fine = Instant.parse("2026-03-08T10:30:00.123456789Z");
    check(
        "TIMESTAMP",
        Instant.class,
        new Object[][] {
          {fine, fine},
          {Timestamp.from(fine), fine},
          {
            ZonedDateTime.parse("2026-03-08T03:30:00.123456789-07:00[America/Denver]"),
            Instant.parse("2026-03-08T10:30:00.123456789Z")
          },
          {
            Instant.parse("1700-01-01T00:00:00.000000001Z"),
            Instant.parse("1700-01-01T00:00:00.000000001Z")
          },
          {
            Instant.parse("1969-12-31T23:59:59.999999999Z"),
            Instant.parse("1969-12-31T23:59:59.999999999Z")
          },
          {
            Instant.parse("2262-04-11T23:47:16.854775806Z"),
            Instant.parse("2262-04-11T23:47:16.854775806Z")
          }
        });
    LocalDateTime gap = LocalDateTime.parse("2026-03-08T02:30:00.000000001");
    check(
        "TIMESTAMP_NTZ",
        LocalDateTime.class,
        new Object[][] {
          {gap, gap},
          {LocalDateTime.parse("1700-01-01T00:00"), LocalDateTime.parse("1700-01-01T00:00")},
          {
            Timestamp.valueOf("2026-07-01 12:00:00.5"), LocalDateTime.parse("2026-07-01T12:00:00.5")
          },
          {"2026-03-08 02:30:00", LocalDateTime.parse("2026-03-08T02:30")}
        });
  }

  @Test
  void intervals() throws SQLException {
    check(
        "INTERVAL_YEAR_MONTH",
        Period.class,
        new Object[][] {{Period.ofMonths(25), Period.of(2, 1, 0)}, {"P-1Y", Period.ofYears(-1)}});
    check(
        "INTERVAL_DAY_TIME",
        Duration.class,
        new Object[][] {
          {Duration.parse("P3DT4H5.006S"), Duration.parse("P3DT4H5.006S")},
          {Duration.ofMillis(-1), Duration.ofMillis(-1)}
        });
  }

  @Test
  void javaSqlClassesFollowTheCalendarOrTheJvm() throws SQLException {
    TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"));
    Calendar shanghai = new GregorianCalendar(TimeZone.getTimeZone("Asia/Shanghai"));
    String table =
        LocalServer.table(connection, "(d DATE, i TIMESTAMP, w TIMESTAMP_NTZ, s STRING)");
    Instant instant = Instant.parse("2026-01-01T20:00:00.5Z");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?)")) {
      insert.setDate(1, new Date(Instant.parse("2026-01-01T20:00:00Z").toEpochMilli()), shanghai);
      insert.setTimestamp(2, Timestamp.from(instant), shanghai);
      insert.setTimestamp(3, Timestamp.from(instant), shanghai);
      insert.setTime(4, Time.valueOf("01:02:03"));
      insert.addBatch();
      insert.executeBatch();
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject(1, LocalDate.class)).isEqualTo(LocalDate.of(2026, 1, 2));
      assertThat(rows.getObject(2, Instant.class)).isEqualTo(instant);
      assertThat(rows.getObject(3, LocalDateTime.class))
          .isEqualTo(LocalDateTime.parse("2026-01-02T04:00:00.5"));
      assertThat(rows.getString(4)).isEqualTo("01:02:03");
      assertThat(rows.getTime(4)).isEqualTo(Time.valueOf("01:02:03"));
      assertThat(rows.getDate(1)).isEqualTo(Date.valueOf("2026-01-02"));
      assertThat(rows.getDate(1, shanghai).getTime())
          .isEqualTo(Instant.parse("2026-01-01T16:00:00Z").toEpochMilli());
      assertThat(rows.getTimestamp(2)).isEqualTo(Timestamp.from(instant));
      assertThat(rows.getTimestamp(2, shanghai)).isEqualTo(Timestamp.from(instant));
      assertThat(rows.getTimestamp(3)).isEqualTo(Timestamp.valueOf("2026-01-02 04:00:00.5"));
      assertThat(rows.getTimestamp(3, shanghai)).isEqualTo(Timestamp.from(instant));
      assertThat(rows.getDate(2)).isEqualTo(Date.valueOf("2026-01-01"));
      assertThat(rows.getDate(2, shanghai).getTime())
          .isEqualTo(Instant.parse("2026-01-01T16:00:00Z").toEpochMilli());
      assertThat(rows.getTime(2).toLocalTime()).isEqualTo(LocalTime.of(12, 0, 0));
      assertThat(rows.getObject(2, OffsetDateTime.class))
          .isEqualTo(instant.atOffset(ZoneOffset.UTC));
      assertThat(rows.getString(2)).isEqualTo("2026-01-01 20:00:00.5");
      assertThat(rows.getString("W")).isEqualTo("2026-01-02 04:00:00.5");
    }
  }

  @Test
  void theOptionTimezoneStandsBetweenInstantsAndWallClocks() throws SQLException {
    try (Connection own = LocalServer.connect("?timezone=Asia/Shanghai")) {
      String table = LocalServer.table(own, "(n BIGINT, i TIMESTAMP, t DATETIME)");
      Instant instant = Instant.parse("2026-01-01T00:00:00Z");
      try (PreparedStatement insert =
          own.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
        insert.setInt(1, 1);
        insert.setString(2, "2026-01-01 08:00:00");
        insert.setObject(3, LocalDateTime.parse("2026-01-01T08:00:00"));
        insert.addBatch();
        insert.executeBatch();
        insert.setInt(1, 2);
        insert.executeUpdate();
      }
      try (PreparedStatement query =
          own.prepareStatement("SELECT i, t FROM " + table + " WHERE i = ? AND t = ?")) {
        query.setTimestamp(1, Timestamp.from(instant));
        query.setObject(2, instant);
        try (ResultSet rows = query.executeQuery()) {
          for (int n = 0; n < 2; n++) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getObject(1, Instant.class)).isEqualTo(instant);
            assertThat(rows.getObject(2, Instant.class)).isEqualTo(instant);
            assertThat(rows.getString(1)).isEqualTo("2026-01-01 08:00:00");
          }
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }

  @Test
  void nestedValuesAreArraysMapsAndStructs() throws SQLException {
    String struct = "struct<a:bigint,b:array<string>,c:map<string,double>>";
    String table =
        LocalServer.table(
            connection,
            "(l ARRAY<BIGINT>, m MAP<STRING,TIMESTAMP>, s "
                + struct
                + ", ll ARRAY<ARRAY<STRING>>)");
    Instant instant = Instant.parse("2026-01-01T00:00:00Z");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?)")) {
      insert.setArray(1, connection.createArrayOf("BIGINT", new Object[] {1L, null, 3}));
      insert.setObject(2, Map.of("k", instant));
      insert.setObject(
          3,
          connection.createStruct(
              struct,
              new Object[] {7, new String[] {"x", null}, new LinkedHashMap<>(Map.of("d", 1.5))}));
      insert.setObject(4, List.of(List.of("a", "b"), List.of()));
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
      for (int n = 0; n < 2; n++) {
        assertThat(rows.next()).isTrue();
        Array list = rows.getArray(1);
        assertThat(list.getBaseType()).isEqualTo(Types.BIGINT);
        assertThat((Long[]) list.getArray()).containsExactly(1L, null, 3L);
        assertThat((Long[]) list.getArray(2, 2)).containsExactly(null, 3L);
        assertThat(rows.getObject(1, List.class)).isEqualTo(Arrays.asList(1L, null, 3L));
        assertThat(rows.getObject(1).getClass().getName())
            .isEqualTo(rows.getMetaData().getColumnClassName(1));
        try (ResultSet elements = list.getResultSet()) {
          assertThat(elements.next()).isTrue();
          assertThat(elements.getInt("INDEX")).isEqualTo(1);
          assertThat(elements.getLong("VALUE")).isEqualTo(1);
        }
        assertThat(rows.getObject(2)).isEqualTo(Map.of("k", Timestamp.from(instant)));
        assertThat(rows.getString(2)).isEqualTo("{\"k\":\"2026-01-01 00:00:00\"}");
        Struct value = rows.getObject(3, Struct.class);
        assertThat(value.getSQLTypeName()).isEqualTo(struct);
        assertThat(value.getAttributes()[0]).isEqualTo(7L);
        assertThat((String[]) ((Array) value.getAttributes()[1]).getArray())
            .containsExactly("x", null);
        assertThat(value.getAttributes()[2]).isEqualTo(Map.of("d", 1.5));
        assertThat(rows.getString(3)).isEqualTo("{\"a\":7,\"b\":[\"x\",null],\"c\":{\"d\":1.5}}");
        assertThat(rows.getString(4)).isEqualTo("[[\"a\",\"b\"],[]]");
        assertThat(rows.getMetaData().getColumnType(3)).isEqualTo(Types.STRUCT);
        assertThat(rows.getObject(3).getClass().getName())
            .isEqualTo(rows.getMetaData().getColumnClassName(3));
        assertThat(rows.getObject(2).getClass().getName())
            .isEqualTo(rows.getMetaData().getColumnClassName(2));
      }
    }
  }

  @Test
  void nullsOfEveryTypeGoThroughTheBatch() throws SQLException {
    String table =
        LocalServer.table(
            connection,
            "(a TINYINT, b STRING, c DECIMAL(5,1), d DATE, e DATETIME, f TIMESTAMP, g BINARY,"
                + " h ARRAY<INT>, i MAP<STRING,INT>, j STRUCT<x:INT>, k BOOLEAN, l DOUBLE)");
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (int row = 0; row < 3; row++) {
        for (int i = 1; i <= 12; i++) {
          insert.setNull(i, Types.OTHER);
        }
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
      int count = 0;
      while (rows.next()) {
        count++;
        for (int i = 1; i <= 12; i++) {
          assertThat(rows.getObject(i)).isNull();
        }
        assertThat(rows.getInt(1)).isZero();
        assertThat(rows.wasNull()).isTrue();
        assertThat(rows.getBoolean(11)).isFalse();
        assertThat(rows.getDouble(12)).isZero();
        assertThat(rows.getTimestamp(6)).isNull();
        assertThat(rows.getBytes(7)).isNull();
      }
      assertThat(count).isEqualTo(3);
    }
  }
}
