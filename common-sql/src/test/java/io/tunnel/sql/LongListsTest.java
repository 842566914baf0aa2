package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long lists of constants, as joins and written out: both select what the lists say. */
class LongListsTest {
  /** What a list has to have before it becomes a join. */
  private static final String FILLER = filler(100, i -> String.valueOf(1000 + i));

  private static DuckDbFixture database;

  @BeforeAll
  static void createTable() throws Exception {
    database = new DuckDbFixture();
    database.create(
        "create table t (n int, b bigint, s string, x double, f float, p decimal(10,2),"
            + " d date, dt datetime, ts timestamp, flag boolean, bytes binary)");
    database.insert(
        "insert into t values"
            + " (1, 9007199254740993, 'it\\'s', 0.5, cast('0.5' as float), 1.25BD,"
            + " DATE '2020-01-31', DATETIME '2020-01-31 10:20:30.5',"
            + " TIMESTAMP '2020-01-31 10:20:30.123456789', true, cast('a' as binary)),"
            + " (2, cast('-9223372036854775808' as bigint), '', -2e0, cast('-2' as float), -7BD,"
            + " DATE '0999-12-31', DATETIME '2020-01-31 00:00:00',"
            + " TIMESTAMP '2020-01-31 00:00:00', false, cast('b' as binary)),"
            + " (3, 7, '{0}, 1', 1e300, cast('3' as float), 1000BD, DATE '2020-02-01',"
            + " DATETIME '1000-01-01 00:00:00', TIMESTAMP '1999-01-01 00:00:00', true,"
            + " cast('c' as binary)),"
            + " (4, null, null, null, null, null, null, null, null, null, null)");
  }

  @AfterAll
  static void close() throws SQLException {
    database.close();
  }

  private static String filler(int count, IntFunction<String> constant) {
    return IntStream.range(0, count).mapToObj(constant).collect(Collectors.joining(", "));
  }

  private static Statement.Query query(String sql) throws Exception {
    return (Statement.Query) DuckDbFixture.only(sql);
  }

  private static String joining(String where) throws Exception {
    return database
        .translator()
        .joiningLists()
        .query(query("select n from t where " + where + " order by n"));
  }

  /** Which rows a condition selects, asked by a join. */
  private static void assertSelects(String where, String rows) throws Exception {
    String sql = joining(where);
    assertThat(sql).contains("unnest(").doesNotContain("1001, 1002");
    assertThat(database.select(sql)).isEqualTo(rows);
    assertThat(database.rows("select n from t where " + where + " order by n")).isEqualTo(rows);
  }

  /** Which rows a condition selects whose constants are not of one kind. */
  private static void assertStays(String where, String rows) throws Exception {
    assertThat(joining(where)).doesNotContain("unnest(");
    assertThat(database.rows("select n from t where " + where + " order by n")).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          n in (1, 3L, #)                                                => 1|3
          n in (1, 1, 1, 4, 4, #)                                        => 1|4
          n in (cast('-2147483648' as int), 2S, -3, 3Y, #)               => 2|3
          n not in (1, 3, #)                                             => 2|4
          n in (#)                                                       => ''
          n not in (#)                                                   => 1|2|3|4
          n in (2, null, #)                                              => 2
          n not in (2, null, #)                                          => ''
          not (n in (2, null, #))                                        => ''
          not (n not in (2, null, #))                                    => 2
          b in (7, 9007199254740993, #)                                  => 1|3
          b in (9007199254740992, #)                                     => ''
          b in (cast('-9223372036854775808' as bigint), #)               => 2
          b not in (7, #)                                                => 1|2
          b not in (7, #) is null                                        => 4
          b in (7, #) or n = 1                                           => 1|3
          n + 1 in (2, 5, #)                                             => 1|4
          f in (3, -2, #)                                                => 2|3
          p in (-7, 1, #)                                                => 2|3
          p not in (1000, #)                                             => 1|2
          x in (-2, #)                                                   => 2
          n in (select n from t where n in (3, #))                       => 3
          exists (select 1 from t u where u.n = t.n and t.b in (7, #))   => 3
          """)
  void integers(String where, String rows) throws Exception {
    String condition = where.replace("#", FILLER);
    if (where.contains("select") || where.contains("is null")) {
      assertStays(condition, rows);
    } else {
      assertSelects(condition, rows);
    }
  }

  @Test
  void thousandsOfConstants() throws Exception {
    assertSelects("n in (" + filler(50_000, i -> 2 * i + "L") + ")", "2|4");
    assertSelects("n not in (" + filler(50_000, i -> String.valueOf(2 * i)) + ")", "1|3");
    assertSelects("s in (" + filler(50_000, i -> "'it\\'s" + " ".repeat(i % 90) + "'") + ")", "1");
  }

  @Test
  void textsWithWhateverIsInThem() throws Exception {
    String more = filler(100, i -> "'x\\u001f\\u0001, [" + i + "] {1}'");
    assertSelects("s in ('it\\'s', '{0}, 1', " + more + ")", "1|3");
    assertSelects("s in ('', \"it's\", " + more + ")", "1|2");
    assertSelects("s not in ('', null, " + more + ")", "");
    assertSelects("s not in ('', " + more + ")", "1|3");
    // DuckDB's text cannot have the first, and nothing is left to part the second.
    assertStays("s in ('', 'a\\0b', " + more + ")", "2");
    String all =
        IntStream.range(1, 32).mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    assertStays("s in ('', '" + all + "', " + more + ")", "2");
  }

  @Test
  void doublesAndTimes() throws Exception {
    assertSelects("x in (0.5, -2.0, " + filler(100, i -> i + ".25") + ")", "1|2");
    assertSelects("x in (1e300, 5D, " + filler(100, i -> i + "e-3") + ")", "3");
    assertSelects("p in (1.25, " + filler(100, i -> i + 2 + ".25") + ")", "1");
    String days = filler(100, i -> "DATE '2021-1-%d'".formatted(1 + i % 28));
    assertSelects("d in (DATE '2020-01-31', DATE '0999-12-31', " + days + ")", "1|2");
    assertSelects("dt in (DATE '2020-01-31', " + days + ")", "2");
    String times = filler(100, i -> "DATETIME '2021-01-01 00:00:00.%03d'".formatted(i));
    assertSelects("dt in (DATETIME '2020-01-31 10:20:30.5', " + times + ")", "1");
    assertSelects("d in (DATETIME '2020-01-31 00:00:00', " + times + ")", "1");
    String stamps = filler(100, i -> "TIMESTAMP '2021-01-01 00:00:00.%09d'".formatted(i));
    assertSelects("ts in (TIMESTAMP '2020-01-31 10:20:30.123456789', " + stamps + ")", "1");
    assertSelects("ts in (TIMESTAMP_NTZ '2020-01-31 10:20:30.123456788', " + stamps + ")", "");
  }

  @Test
  void whatIsNoListOfOneKindStays() throws Exception {
    assertStays("n in (1, 2)", "1|2");
    assertStays("n in (1, 0.5, " + FILLER + ")", "1");
    assertStays("n in (n, " + FILLER + ")", "1|2|3|4");
    assertStays("p in (1.25BD, " + filler(100, i -> i + 2 + ".25BD") + ")", "1");
    assertStays("n in (9223372036854775808, 3, " + FILLER + ")", "3");
    assertStays("flag in (" + filler(100, i -> "true") + ")", "1|3");
    assertStays("n in (" + filler(100, i -> "null") + ")", "");
    assertStays("case when n in (1, " + FILLER + ") then true else false end", "1");
  }

  @Test
  void textsThatWouldHaveToBeConvertedAreRefusedAsAJoin() throws Exception {
    String numbers = filler(100, i -> "'" + i + "'");
    String days = filler(100, i -> "'2020-01-31'");
    for (String where :
        List.of(
            "n in (" + numbers + ")",
            "p in (" + numbers + ")",
            "x in (" + numbers + ")",
            "bytes in (" + numbers + ")",
            "flag in (" + filler(100, i -> "'true'") + ")",
            "d in (" + days + ")",
            "dt in (" + days + ")",
            "ts in (" + days + ")")) {
      String sql = joining(where);
      assertThat(sql).contains("unnest(");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> database.select(sql))
          .as(where)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Cannot compare values");
    }
    assertThat(database.rows("select n from t where d in (" + days + ")")).isEqualTo("1");
  }

  private static String alternatives(int count, IntFunction<String> alternative) {
    return IntStream.range(0, count).mapToObj(alternative).collect(Collectors.joining(" or "));
  }

  @Test
  void alternativesOfSeveralColumns() throws Exception {
    String more = alternatives(100, i -> "n = 1" + i + " and b = 7 and s = 'x'");
    assertSelects("n = 3 and b = 7L and s = '{0}, 1' or " + more, "3");
    assertSelects("(s = '{0}, 1' and n = 3 and 7L = b or " + more + ") and x > 1", "3");
    assertSelects("n = 3 and b = 8L and s = '{0}, 1' or " + more, "");
    assertSelects("n in (3, 1, 2) and b = 7 and s = '{0}, 1' or " + more, "3");
    assertSelects("n = 4 and b = 7 and s = 'x' or " + more, "");
    assertSelects(alternatives(100, i -> "n = " + (2 * i + 1)), "1|3");
    assertSelects("n in (1, 2, 4) and (" + alternatives(100, i -> i + " = n") + ")", "1|2|4");
    assertSelects(
        "n in ("
            + FILLER
            + ", 1, 2, 3) and (d = DATE '2020-02-01' and n in ("
            + FILLER
            + ", 3) or n in (2, 1) and d = DATE '2020-01-31')",
        "1|3");
  }

  @Test
  void otherAlternativesStay() throws Exception {
    String more = alternatives(100, i -> "n = 1" + i + " and b = 7");
    assertStays("n = 3 and b = 7 and n = 3 or " + more, "3");
    assertStays("n = 3 or " + more, "3");
    assertStays("n = 3 and b > 1 or " + more, "3");
    assertStays("n in (3, 4) and b in (7, 8) or " + more, "3");
    assertStays("n = 3 and b = null or " + more, "");
    assertStays("n = 3 and b = b or " + more, "3");
    assertStays("n = 3 and b = 7e0 or " + more, "3");
    // For row 4 this is NULL, which a table of rows would not tell from FALSE.
    assertStays("not (n = 4 and b = 7 or " + more + ")", "1|2|3");
  }
}
