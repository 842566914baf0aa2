package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every query of queries.txt, run by DuckDB. */
class QueryTranslationTest {
  private static DuckDbFixture database;

  @BeforeAll
  static void createTables() throws Exception {
    database = new DuckDbFixture();
    database.create(
        "create table t (id bigint, name string, price decimal(10,2), d date, dt datetime,"
            + " ts timestamp, tags array<string>, props map<string,bigint>,"
            + " s struct<a:int,b:string>, x double) partitioned by (pt string)");
    database.create("create table p.u (id bigint, v string)");
    database.insert(
        "insert into t partition (pt='p1') values"
            + " (1L, 'Ann', 1.25, DATE '2020-01-31', DATETIME '2020-01-31 10:20:30.5',"
            + " TIMESTAMP '2020-01-31 10:20:30.123456789', array('a','b'), map('k', 5L),"
            + " named_struct('a', 1, 'b', 'x'), 1.5),"
            + " (2, null, null, null, null, null, null, null, null, -2.5e0)");
    database.insert(
        "insert into t partition (pt) (id, name, pt)"
            + " select id, v, 'p2' from (select 3 as id, 'Cy' as v) q");
    database.insert("insert into table p.u (id, v) values (1, 'one'), (3, 'three')");
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  static List<Arguments> queries() throws IOException {
    List<Arguments> queries = new ArrayList<>();
    List<String> lines = lines();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i + 1).startsWith("  => ")) {
        queries.add(Arguments.of(lines.get(i), lines.get(i + 1).substring(5)));
      }
    }
    return queries;
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = QueryTranslationTest.class.getResourceAsStream("queries.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givesWhatMaxComputeGives(String sql, String rows) throws Exception {
    assertThat(database.rows(sql)).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          select 1, id, T.NAME, x + 1, count(*) as C from t group by id, name, x | _c0,id,name,_c3,c
          select * from p.u | id,v
          select a.*, 'x' from p.u a | id,v,_c1
          select max(id) from t union all select id from t | _c0
          """)
  void namesColumnsAsMaxComputeDoes(String sql, String names) throws Exception {
    assertThat(database.columns(sql)).isEqualTo(names);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("select unknown_fn(1)", 8, "function unknown_fn is not supported"),
        Arguments.of("select 1, hash(1, 2)", 11, "function hash is not supported"),
        Arguments.of("select nvl(1)", 8, "function nvl takes 2 arguments, but has 1"),
        Arguments.of("select lag()", 8, "function lag takes 1 to 3 arguments, but has 0"),
        Arguments.of("select to_char(dt, 'yyyy-qq') from t", 8, "the letter q"),
        Arguments.of("select to_char(dt, name) from t", 8, "constant format only"),
        Arguments.of("select dateadd(dt, 1, 'eon') from t", 8, "date part 'eon'"),
        Arguments.of("select interval '1-2' year to month", 8, "INTERVAL"),
        Arguments.of("select interval '1\\' or 1=1 --' day", 8, "INTERVAL"),
        Arguments.of("select cast(1 as money)", 18, "type MONEY is not supported"),
        Arguments.of("select cast(1 as decimal(39,2))", 18, "precision of 1 to 38"),
        Arguments.of("select DATE '2020-02-30'", 8, "'2020-02-30' is no valid DATE"),
        Arguments.of("select id from t where id = ?", 29, "placeholder"),
        Arguments.of("select id from t limit ?", 24, "placeholder"),
        Arguments.of("select percentile(distinct id, 0.5) from t", 8, "DISTINCT in function"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesByNameWhatItDoesNotKnow(String sql, int column, String part) throws Exception {
    Statement.Query query = (Statement.Query) DuckDbFixture.only(sql);
    UnsupportedSqlException e =
        org.junit.jupiter.api.Assertions.assertThrows(
            UnsupportedSqlException.class, () -> database.translator().query(query));
    assertThat(e)
        .hasMessageStartingWith("Semantic analysis exception - ")
        .hasMessageContaining(part);
    assertThat(e.code()).isEqualTo("ODPS-0130071");
    assertThat(e.line()).isEqualTo(1);
    assertThat(e.column()).isEqualTo(column);
  }

  @Test
  void translatingLeavesTheStatementAsItIs() throws Exception {
    Statement.Query query =
        (Statement.Query)
            DuckDbFixture.only(
                "select sum(id) over w from t window w as (partition by id / 2 order by id)");
    String first = database.translator().query(query);
    assertThat(database.translator().query(query)).isEqualTo(first);
  }

  @Test
  void namesATableThatDoesNotExist() throws Exception {
    Statement.Query query = (Statement.Query) DuckDbFixture.only("select *\nfrom p.nope n");
    TableNotFoundException e =
        org.junit.jupiter.api.Assertions.assertThrows(
            TableNotFoundException.class, () -> database.translator().query(query));
    assertThat(e).hasMessage("Table not found - table p.nope cannot be resolved");
    assertThat(e.code()).isEqualTo("ODPS-0130131");
    assertThat(e.line()).isEqualTo(2);
    assertThat(e.column()).isEqualTo(6);
  }

  @Test
  void aStatementNestedTooDeeplyIsAnErrorOfItsOwn() {
    String sql = "select " + "(".repeat(50_000) + "1" + ")".repeat(50_000);
    assertThat(
            org.junit.jupiter.api.Assertions.assertThrows(
                SqlSyntaxException.class, () -> MaxComputeSql.parseScript(sql)))
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void manyConditionsAndListEntriesAreNoProblem() throws Exception {
    StringBuilder in = new StringBuilder("select count(*) from t where id in (0");
    StringBuilder or = new StringBuilder("select count(*) from t where id = 0");
    for (int i = 1; i < 2000; i++) {
      in.append(", ").append(i);
    }
    for (int i = 1; i < 500; i++) {
      or.append(" or id = ").append(i);
    }
    assertThat(database.rows(in + ")")).isEqualTo("3");
    assertThat(database.rows(or.toString())).isEqualTo("3");
  }
}
