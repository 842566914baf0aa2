package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadTablesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | ''",
        "SELECT x.y FROM A AS x | a",
        "SELECT * FROM P.A, P.S.B JOIN C ON c.i = p.i | p.a p.s.b c",
        "SELECT * FROM A LEFT JOIN B ON a.i IN (SELECT i FROM C) | a b c",
        "SELECT (SELECT max(i) FROM A) AS m | a",
        "SELECT if(EXISTS (SELECT 1 FROM A), 1, 2) | a",
        "SELECT * FROM A WHERE i IN (SELECT i FROM B WHERE j > (SELECT k FROM C)) | a b c",
        "SELECT i FROM A GROUP BY i HAVING count(*) > (SELECT i FROM B) | a b",
        "SELECT sum(i) OVER (PARTITION BY j ORDER BY (SELECT i FROM B)) FROM A | a b",
        "SELECT * FROM (SELECT * FROM (SELECT * FROM A) x) y | a",
        "SELECT * FROM A UNION ALL SELECT * FROM B MINUS SELECT * FROM C | a b c",
        "SELECT * FROM A ORDER BY (SELECT i FROM B) LIMIT 1 | a b",
        "SELECT * FROM A LATERAL VIEW explode(l) e AS x | a",
        "SELECT max_pt('P.A') | p.a",
        "SELECT * FROM A WHERE ds = MAX_PT('b') | a b",
        "WITH c AS (SELECT * FROM A) SELECT * FROM c JOIN B ON c.i = b.i | a b",
        "WITH c AS (SELECT * FROM C) SELECT * FROM c | c",
        "WITH c AS (SELECT * FROM A), d AS (SELECT * FROM c) SELECT * FROM d, P.d | a p.d",
        "SELECT * FROM (WITH c AS (SELECT * FROM A) SELECT * FROM c) x JOIN C ON true | a c",
        "INSERT INTO t VALUES (1) | ''",
        "INSERT INTO t SELECT * FROM A | a",
        "INSERT INTO t SELECT * FROM T | t",
        "UPDATE t SET v = (SELECT max(i) FROM A) WHERE i IN (SELECT i FROM B) | a b",
        "DELETE FROM t WHERE i IN (SELECT i FROM A) | a",
        "DELETE FROM t | ''",
        "MERGE INTO t USING A s ON t.i = s.i WHEN MATCHED AND s.i > (SELECT max(i) FROM B)"
            + " THEN UPDATE SET v = (SELECT max(i) FROM C) | a b c",
        "MERGE INTO t USING (SELECT * FROM A) s ON t.i = s.i WHEN NOT MATCHED THEN INSERT"
            + " VALUES (s.i, (SELECT max(i) FROM B)) | a b",
        "CREATE TABLE t AS SELECT * FROM A | a",
        "CREATE TABLE t LIKE P.A | p.a",
        "CREATE TABLE t (i BIGINT) | ''",
        "CREATE VIEW v AS SELECT * FROM A JOIN B ON a.i = b.i | a b",
        "EXPLAIN SELECT * FROM A | a",
        "EXPLAIN INSERT INTO t SELECT * FROM A | a",
        "DROP TABLE t | ''",
        "SHOW TABLES IN p | ''",
      })
  void everyTableThatIsReadIsFoundAndNoOther(String sql, String names) throws Exception {
    String found =
        ReadTables.of(DuckDbFixture.only(sql)).stream()
            .map(ObjectName::toString)
            .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(names);
  }

  /** On a thread with less room than the parser had. */
  @Test
  void whatIsNestedTooDeeplyIsRefused() throws Exception {
    Statement deep = DuckDbFixture.only("SELECT 1" + " + 1".repeat(3000));
    FutureTask<Set<ObjectName>> walk = new FutureTask<>(() -> ReadTables.of(deep));
    Thread thread = new Thread(null, walk, "small", 160 * 1024);
    thread.start();
    assertThatThrownBy(walk::get)
        .hasCauseInstanceOf(UnsupportedSqlException.class)
        .hasMessageContaining("nested too deeply");
  }
}
