package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements on tables with a primary key: whichever writes, each key is there once. */
class KeyedTableSqlTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true));
    create("t", "");
    create("p", " PARTITIONED BY (ds STRING)");
    server.sql("INSERT INTO t VALUES (1, 'a', 'old'), (1, 'b', 'old'), (2, 'a', 'old')");
  }

  private void create(String table, String partitions) throws IOException {
    server.sql(
        "CREATE TABLE "
            + table
            + " (n BIGINT, k STRING, v STRING, PRIMARY KEY (k, n))"
            + partitions
            + " TBLPROPERTIES (\"transactional\"=\"true\")");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private List<String> rows(String select) throws IOException {
    return server.sql(select).lines().skip(1).toList();
  }

  private List<String> table() throws IOException {
    return rows("SELECT CONCAT(n, k, ' ', v) AS r FROM t ORDER BY r");
  }

  private List<String> partitions() throws IOException {
    return rows("SELECT CONCAT(ds, ': ', n, k, ' ', v) AS r FROM p ORDER BY r");
  }

  private static final String SOURCE =
      " USING (SELECT n, k, v FROM VALUES (1, 'a', 'new'), (3, 'a', 'new'), (3, 'a', 'newer')"
          + " s (n, k, v)) s ";

  @Test
  void theInsertOfAMergeReplacesRowsOfItsKeys() throws IOException {
    server.sql(
        "MERGE INTO t"
            + SOURCE
            + "ON t.v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.n, s.k, s.v)");
    assertThat(table())
        .hasSize(4)
        .startsWith("\"1a new\"", "\"1b old\"", "\"2a old\"")
        .last()
        .isIn("\"3a new\"", "\"3a newer\"");
  }

  @Test
  void theLastRowOfAKeyStaysAlsoWhileALoadStoresRowsInAnyOrder() throws Exception {
    server.sql("CREATE TABLE numbers (i BIGINT)");
    server.sql(
        "INSERT INTO numbers SELECT pos FROM (SELECT 1 AS one) t"
            + " LATERAL VIEW POSEXPLODE(SPLIT(REPEAT('x,', 500000), ',')) e AS pos, x");
    server.sql("DELETE FROM t");
    server
        .storage()
        .database()
        .unordered(
            () -> {
              try {
                server.sql("INSERT INTO t SELECT i % 1000, 'x', CAST(i AS STRING) FROM numbers");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return 1000;
            });
    assertThat(rows("SELECT MIN(CAST(v AS BIGINT)), MAX(CAST(v AS BIGINT)), COUNT(*) FROM t"))
        .containsExactly("499000,499999,1000");
  }

  @Test
  void aMergeByTheKeyUpdatesInsertsAndDeletes() throws IOException {
    server.sql(
        "MERGE INTO t USING (SELECT n, k, v FROM VALUES (1, 'a', 'new'), (1, 'b', 'gone'),"
            + " (3, 'a', 'new') s (n, k, v)) s ON t.n = s.n AND t.k = s.k"
            + " WHEN MATCHED AND s.v = 'gone' THEN DELETE"
            + " WHEN MATCHED THEN UPDATE SET v = s.v"
            + " WHEN NOT MATCHED THEN INSERT (k, n, v) VALUES (s.k, s.n, s.v)");
    assertThat(table()).containsExactly("\"1a new\"", "\"2a old\"", "\"3a new\"");
  }

  @Test
  void aMergeKeepsTheKeysOfOtherPartitions() throws IOException {
    server.sql("INSERT INTO p PARTITION (ds) VALUES (1, 'a', 'old', 'x'), (1, 'a', 'old', 'y')");
    server.sql(
        "MERGE INTO p USING (SELECT 1 AS n) s ON p.v = 'none'"
            + " WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 'new', 'y')");
    assertThat(partitions()).containsExactly("\"x: 1a old\"", "\"y: 1a new\"");
  }

  @Test
  void theInsertOfAMergeNeedsTheWholeKey() throws IOException {
    assertThat(
            server.failure(
                "MERGE INTO t"
                    + SOURCE
                    + "ON t.v = s.v WHEN NOT MATCHED THEN INSERT (n, v) VALUES (s.n, s.v)"))
        .contains("column k of the primary key needs a value");
    assertThat(
            server.failure(
                "MERGE INTO t"
                    + SOURCE
                    + "ON t.v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.n, NULL, s.v)"))
        .contains("k");
    assertThat(table()).containsExactly("\"1a old\"", "\"1b old\"", "\"2a old\"");
  }

  @Test
  void anInsertReplacesRowsOfItsKeys() throws IOException {
    server.sql("INSERT INTO t VALUES (1, 'a', 'x'), (4, 'd', 'x'), (1, 'a', 'y'), (1, 'a', 'z')");
    assertThat(table()).containsExactly("\"1a z\"", "\"1b old\"", "\"2a old\"", "\"4d x\"");
  }

  @Test
  void anInsertOverwriteKeepsEachKeyOnce() throws IOException {
    server.sql("INSERT OVERWRITE TABLE t VALUES (5, 'e', 'x'), (5, 'e', 'y'), (1, 'a', 'new')");
    assertThat(table()).containsExactly("\"1a new\"", "\"5e y\"");
    server.sql("INSERT INTO p PARTITION (ds='x') VALUES (1, 'a', 'old')");
    server.sql("INSERT INTO p PARTITION (ds='y') VALUES (1, 'a', 'old')");
    server.sql(
        "INSERT OVERWRITE TABLE p PARTITION (ds) SELECT n, k, v, 'y' FROM t UNION ALL"
            + " SELECT 5, 'e', 'z', 'y'");
    assertThat(partitions()).startsWith("\"x: 1a old\"", "\"y: 1a new\"").hasSize(3);
  }

  @Test
  void severalInsertsOfOneStatementKeepEachKeyOnce() throws IOException {
    server.sql(
        "FROM (SELECT n, k, v FROM t) s INSERT INTO TABLE t SELECT n, k, 'first'"
            + " INSERT INTO TABLE p PARTITION (ds='x') SELECT n, k, v"
            + " INSERT INTO TABLE p PARTITION (ds='y') SELECT 1, k, v");
    assertThat(table()).containsExactly("\"1a first\"", "\"1b first\"", "\"2a first\"");
    assertThat(partitions())
        .containsExactly(
            "\"x: 1a old\"", "\"x: 1b old\"", "\"x: 2a old\"", "\"y: 1a old\"", "\"y: 1b old\"");
  }

  @Test
  void aCopyByCreateTableAsHasNoKey() throws IOException {
    server.sql("CREATE TABLE c AS SELECT * FROM t");
    server.sql("INSERT INTO c SELECT * FROM t");
    assertThat(rows("SELECT * FROM c")).hasSize(6);
    server.sql("CREATE TABLE l LIKE t");
    server.sql("INSERT INTO l SELECT * FROM c");
    assertThat(rows("SELECT * FROM l")).hasSize(3);
  }

  /** As after the commit of an upsert session. */
  @Test
  void readersKeepTheRowsThatTheySaw() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> before =
        server.rows("/projects/demo/tables/t", session, true, ContentCoding.NONE, "");
    assertThat(before).hasSize(3);
    for (String statement :
        List.of(
            "INSERT INTO t VALUES (1, 'a', 'new')",
            "UPDATE t SET v = 'newer' WHERE n = 1",
            "DELETE FROM t WHERE n = 2",
            "MERGE INTO t USING (SELECT 1 AS n) s ON t.n = s.n WHEN MATCHED THEN DELETE")) {
      server.sql(statement);
      assertThat(server.rows("/projects/demo/tables/t", session, true, ContentCoding.NONE, ""))
          .as(statement)
          .isEqualTo(before);
    }
    assertThat(table()).isEmpty();
  }

  @Test
  void aKeyIsNeverUpdated() throws IOException {
    for (String column : List.of("n = 9", "k = 'z'")) {
      assertThat(server.failure("UPDATE t SET " + column + " WHERE n = 1"))
          .contains("column " + column.charAt(0) + " is part of the partition or of the primary");
      assertThat(
              server.failure(
                  "MERGE INTO t" + SOURCE + "ON t.n = s.n WHEN MATCHED THEN UPDATE SET " + column))
          .contains("column " + column.charAt(0) + " is part of the partition or of the primary");
    }
    server.sql("UPDATE t SET v = 'new' WHERE k = 'a'");
    server.sql("DELETE FROM t WHERE k = 'b'");
    assertThat(table()).containsExactly("\"1a new\"", "\"2a new\"");
  }
}
