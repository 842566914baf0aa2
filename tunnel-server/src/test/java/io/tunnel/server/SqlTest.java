package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SqlTest {
  private static final byte[] CANCEL =
      "<Instance><Status>Terminated</Status></Instance>".getBytes(StandardCharsets.UTF_8);

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  @Tag("covers:result/text")
  @Tag("covers:result/update")
  void tablesAreCreatedDescribedAndDropped() throws IOException {
    assertThat(
            server.sql(
                "CREATE TABLE IF NOT EXISTS Orders (Id BIGINT NOT NULL COMMENT 'the key', "
                    + "price DECIMAL(10,2) DEFAULT 1.5) COMMENT 'it\\'s' "
                    + "PARTITIONED BY (ds STRING) LIFECYCLE 7"))
        .isEmpty();
    server.sql("CREATE TABLE IF NOT EXISTS orders (other STRING)");
    assertThat(server.failure("CREATE TABLE orders (other STRING)"))
        .startsWith("ODPS-0130071:[1,1] Semantic analysis exception - ")
        .contains("demo.orders already exists");
    assertThat(server.sql("SHOW TABLES")).isEqualTo("ALIYUN$anonymous:orders\n");
    assertThat(server.sql("SHOW TABLES LIKE 'x*'")).isEmpty();
    assertThat(server.sql("DESC orders"))
        .contains("| id ")
        .contains("decimal(10,2)")
        .contains("| ds ");
    assertThat(server.sql("SHOW CREATE TABLE orders"))
        .contains("`id` BIGINT NOT NULL COMMENT 'the key'")
        .contains("`price` DECIMAL(10,2) DEFAULT 1.5")
        .contains("PARTITIONED BY (`ds` STRING)")
        .contains("LIFECYCLE 7");
    server.sql("DROP TABLE orders");
    server.sql("DROP TABLE IF EXISTS orders");
    assertThat(server.failure("DROP TABLE orders"))
        .isEqualTo("ODPS-0130131:[1,1] Table not found - table demo.orders cannot be resolved");
  }

  @Test
  @Tag("covers:result/failure")
  @Tag("covers:task-status/failed")
  void failuresHaveTheServicesCodesAndPlaces() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    assertThat(server.failure("SELECT * FROM nope"))
        .startsWith("ODPS-0130131:[1,15] Table not found - table ")
        .contains("nope cannot be resolved");
    assertThat(server.failure("SELECT FROM WHERE")).startsWith("ODPS-0130161:[1,");
    assertThat(server.failure("SELECT id,\n  missing FROM t"))
        .isEqualTo(
            "ODPS-0130071:[2,3] Semantic analysis exception - column missing cannot be resolved");
    assertThat(server.failure("INSERT INTO t VALUES (1, 2)"))
        .contains("gives 2 values")
        .contains("takes 1");
    assertThat(server.failure("INSERT INTO t (nope) VALUES (1)"))
        .contains("nope cannot be resolved");
    assertThat(server.failure("CREATE TABLE u (id WRONG)")).contains("WRONG");
  }

  @Test
  void valuesThatDoNotFitAreNamedWithColumnAndRow() throws IOException {
    server.sql("CREATE TABLE t (a TINYINT, v VARCHAR(2), d DECIMAL(4,2), n BIGINT NOT NULL)");
    assertThat(server.failure("INSERT INTO t VALUES (1, 'x', 1.5, 1), (300, 'x', 1, 1)"))
        .startsWith("ODPS-0121095")
        .contains("column a (tinyint), row 2")
        .contains("300");
    assertThat(server.failure("INSERT INTO t VALUES (1, 'xyz', 1, 1)"))
        .contains("column v (varchar(2)), row 1")
        .contains("xyz");
    assertThat(server.failure("INSERT INTO t VALUES (1, 'x', 123.45, 1)"))
        .contains("column d (decimal(4,2)), row 1");
    assertThat(server.failure("INSERT INTO t VALUES (1, 'x', 1, NULL)"))
        .contains("column n (bigint), row 1")
        .contains("NOT NULL");
    assertThat(server.sql("SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n0\n");
  }

  @Test
  void insertsGoIntoStaticAndDynamicPartitions() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT, name STRING) PARTITIONED BY (ds STRING, hh STRING)");
    server.sql("INSERT INTO TABLE p PARTITION (ds='a', hh='1') (id) VALUES (1), (2)");
    server.sql("INSERT INTO p PARTITION (ds='b', hh) VALUES (3, 'x', '7'), (4, 'y', '8')");
    server.sql(
        "INSERT INTO p PARTITION (ds, hh) SELECT id + 10, name, 'c', hh FROM p WHERE ds = 'b'");
    assertThat(server.sql("SHOW PARTITIONS p"))
        .isEqualTo("ds=a/hh=1\nds=b/hh=7\nds=b/hh=8\nds=c/hh=7\nds=c/hh=8\n");
    assertThat(server.sql("SHOW PARTITIONS p PARTITION (ds='c')"))
        .isEqualTo("ds=c/hh=7\nds=c/hh=8\n");
    assertThat(server.select("SELECT id, name, ds, hh FROM p ORDER BY id", true))
        .containsExactly("1|null|a|1", "2|null|a|1", "3|x|b|7", "4|y|b|8", "13|x|c|7", "14|y|c|8");
    server.sql(
        "INSERT OVERWRITE TABLE p PARTITION (ds='b', hh) SELECT id, 'new', '7' FROM p WHERE hh='7' AND ds='b'");
    assertThat(server.select("SELECT id, name FROM p WHERE ds='b' ORDER BY id", false))
        .containsExactly("3|new", "4|y");
    assertThat(server.failure("INSERT INTO p PARTITION (ds, hh) VALUES (1, 'x', NULL, 'y')"))
        .contains("partition column ds must be neither NULL nor empty");
    assertThat(server.failure("INSERT INTO p VALUES (1, 'x')")).contains("PARTITION");
  }

  @Test
  void partitionsAreAddedDroppedAndTruncated() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("ALTER TABLE p ADD PARTITION (ds='a')");
    server.sql("ALTER TABLE p ADD IF NOT EXISTS PARTITION (ds='a') PARTITION (ds='b')");
    assertThat(server.failure("ALTER TABLE p ADD PARTITION (ds='a')")).contains("already exists");
    server.sql("INSERT INTO p PARTITION (ds='a') VALUES (1)");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (2)");
    server.sql("TRUNCATE TABLE p PARTITION (ds='a')");
    assertThat(server.select("SELECT id FROM p", true)).containsExactly("2");
    server.sql("ALTER TABLE p DROP PARTITION (ds='b')");
    server.sql("ALTER TABLE p DROP IF EXISTS PARTITION (ds='b')");
    assertThat(server.failure("ALTER TABLE p DROP PARTITION (ds='b')"))
        .startsWith("ODPS-0130131")
        .contains("Partition not found");
    assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("ds=a\n");
    server.sql("INSERT INTO p PARTITION (ds='a') VALUES (1)");
    server.sql("TRUNCATE TABLE p");
    assertThat(server.select("SELECT id FROM p", true)).isEmpty();
  }

  @Test
  void valuesOfPartitionsHaveTheTypesOfTheirColumns() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (n BIGINT, d DATE)");
    server.sql("ALTER TABLE p ADD PARTITION (n='01', d='2026-01-02')");
    server.sql("INSERT INTO p PARTITION (n=1, d='2026-01-02') VALUES (7)");
    assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("n=1/d=2026-01-02\n");
    assertThat(
            server
                .createDownload("p", "&partition=n%3D001%2Cd%3D2026-01-02")
                .path("RecordCount")
                .asInt())
        .isEqualTo(1);
    assertThat(server.failure("ALTER TABLE p ADD PARTITION (n='x', d='2026-01-02')"))
        .contains("Partition column n")
        .contains("bigint");
  }

  @Test
  void overwriteMayReadTheTableItReplaces() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    server.sql("INSERT INTO t VALUES (1), (2)");
    server.sql("INSERT OVERWRITE TABLE t SELECT id * 10 FROM t");
    assertThat(server.select("SELECT id FROM t ORDER BY id", true)).containsExactly("10", "20");
  }

  @Test
  @Tag("covers:result/csv")
  void queriesHaveJoinsAggregatesWindowsAndCommonTables() throws IOException {
    server.sql("CREATE TABLE a (id BIGINT, v STRING)");
    server.sql("CREATE TABLE b AS SELECT 1L AS id, 'one' AS name");
    server.sql("INSERT INTO a VALUES (1, 'x'), (2, 'y'), (2, 'z')");
    assertThat(
            server.sql(
                "WITH w AS (SELECT id, count(*) AS n FROM a GROUP BY id) "
                    + "SELECT w.id, w.n, b.name, rank() OVER (ORDER BY w.n DESC) AS r "
                    + "FROM w LEFT OUTER JOIN b ON w.id = b.id ORDER BY w.id"))
        .isEqualTo("\"id\",\"n\",\"name\",\"r\"\n1,1,\"one\",2\n2,2,\\N,1\n");
  }

  @Test
  @Tag("covers:submit/settings")
  @Tag("covers:submit/script")
  void settingsBeforeAStatementAndSeveralStatementsAreAccepted() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    assertThat(
            server.sql(
                "SET odps.sql.type.system.odps2=true;\nINSERT INTO t VALUES (1);\n"
                    + "SELECT id FROM t;"))
        .isEqualTo("\"id\"\n1\n");
    assertThat(server.sql("SET a=b;")).isEmpty();
  }

  @Test
  void orderByIsKeptOverManyBatches() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    server.sql(
        "INSERT INTO t SELECT id FROM (SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3) x");
    for (int i = 0; i < 9; i++) {
      server.sql("INSERT INTO t SELECT id + " + 3 * (1 << i) + " FROM t");
      server.sql("INSERT INTO t SELECT id + 100000 FROM t WHERE id = 1");
    }
    List<String> rows =
        server.select(
            "SELECT a.id * 10000000 + b.id AS k FROM t a JOIN t b ON a.id <= 20 ORDER BY k DESC",
            true);
    assertThat(rows.size()).isGreaterThan(20_000);
    List<Long> keys = new ArrayList<>();
    rows.forEach(r -> keys.add(Long.parseLong(r)));
    assertThat(keys).isSortedAccordingTo((x, y) -> Long.compare(y, x));
  }

  @Test
  @Tag("covers:result/ten-thousand")
  @Tag("covers:instance-download/limited")
  void theTextResultHasAtMostTenThousandRows() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    StringBuilder values = new StringBuilder("INSERT INTO t VALUES (0)");
    for (int i = 1; i < 150; i++) {
      values.append(", (").append(i).append(")");
    }
    server.sql(values.toString());
    String id = server.submit("SELECT a.id FROM t a CROSS JOIN t b");
    server.await(id);
    assertThat(server.result(id).lines().count()).isEqualTo(10_001);
    JsonNode full = server.json("POST", "/projects/demo/instances/" + id + "?downloads");
    assertThat(full.path("RecordCount").asLong()).isEqualTo(22_500);
    JsonNode limited =
        server.json(
            "POST", "/projects/demo/instances/" + id + "?downloads&instance_tunnel_limit_enabled");
    assertThat(limited.path("RecordCount").asLong()).isEqualTo(10_000);
  }

  @Test
  @Tag("covers:instance-download/no-select")
  @Tag("covers:instance-download/failed")
  @Tag("covers:instance-download/missing")
  void instancesWithoutRowsAreRefusedByTheTunnel() throws IOException {
    String id = server.submit("SHOW TABLES");
    server.await(id);
    HttpResponse<byte[]> answer =
        server.send("POST", "/projects/demo/instances/" + id + "?downloads", null);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.text(answer)).contains("InstanceTypeNotSupported");
    String failed = server.submit("SELECT * FROM nope");
    server.await(failed);
    assertThat(
            TestServer.text(
                server.send("POST", "/projects/demo/instances/" + failed + "?downloads", null)))
        .contains("TaskFailed");
    assertThat(
            TestServer.text(server.send("POST", "/projects/demo/instances/nope?downloads", null)))
        .contains("NoSuchInstance");
  }

  @Test
  void theArrowFormOfResultsIsAnnounced() throws IOException {
    String id = server.submit("SELECT 1 AS one");
    server.await(id);
    HttpResponse<byte[]> answer =
        server.send("POST", "/projects/demo/instances/" + id + "?downloads", null);
    assertThat(answer.headers().firstValue("x-tunnel-arrow-results")).contains("true");
  }

  @Test
  @Tag("covers:cancel/running")
  @Tag("covers:cancel/finished")
  @Tag("covers:task-status/cancelled")
  void cancelInterruptsTheStatement() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    server.sql("INSERT INTO t VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)");
    for (int i = 0; i < 4; i++) {
      server.sql("INSERT INTO t SELECT a.id FROM t a JOIN t b ON b.id <= 9 AND b.id = a.id");
    }
    String id =
        server.submit(
            "SELECT count(*) FROM t a CROSS JOIN t b CROSS JOIN t c CROSS JOIN t d CROSS JOIN t e"
                + " WHERE a.id * b.id * c.id * d.id * e.id % 7 = 3");
    assertThat(server.send("PUT", "/api/projects/demo/instances/" + id, CANCEL).statusCode())
        .isEqualTo(200);
    assertThat(server.await(id)).isEqualTo("Cancelled");
    HttpResponse<byte[]> again = server.send("PUT", "/api/projects/demo/instances/" + id, CANCEL);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(TestServer.text(again)).contains("<Code>InvalidStateSetting</Code>");
  }

  @Test
  @Timeout(120)
  void cancelInterruptsAResultWhoseRowsAreFetched() throws IOException {
    server.sql("CREATE TABLE r (id BIGINT)");
    server.sql("INSERT INTO r VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)");
    // 10^12 rows: the first are there at once, the last never.
    String tables =
        IntStream.range(0, 12).mapToObj(i -> "r t" + i).collect(Collectors.joining(" CROSS JOIN "));
    String id = server.submit("SELECT t0.id FROM " + tables);
    while (server.storage().folder().temporaryBytes() == 0) {
      Thread.onSpinWait();
    }
    assertThat(server.send("PUT", "/api/projects/demo/instances/" + id, CANCEL).statusCode())
        .isEqualTo(200);
    assertThat(server.await(id)).isEqualTo("Cancelled");
  }

  @Test
  void aResultThatFailsBehindItsFirstRowsIsAFailure() throws IOException {
    server.sql("CREATE TABLE f (d BIGINT)");
    server.sql("INSERT INTO f VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
    server.sql(
        "CREATE TABLE millions AS SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d"
            + " + 100000 * g.d + 1000000 * h.d AS id FROM f a CROSS JOIN f b CROSS JOIN f c"
            + " CROSS JOIN f d CROSS JOIN f e CROSS JOIN f g CROSS JOIN f h ORDER BY id");
    // Of the products of 0 to 9,999,999 only the last leaves a BIGINT. DuckDB runs a million rows
    // ahead of who fetches them.
    String id = server.submit("SELECT id * " + Long.MAX_VALUE / 9_999_998 + "L FROM millions");
    assertThat(server.await(id)).isEqualTo("Failed");
    assertThat(server.result(id)).containsIgnoringCase("overflow");
  }

  @Test
  @Tag("covers:instance-reads/summary")
  void theSummaryCountsWrittenRows() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    String id = server.submit("INSERT INTO t VALUES (1), (2)");
    server.await(id);
    JsonNode summary =
        server.json("GET", "/api/projects/demo/instances/" + id + "?instancesummary&taskname=t");
    JsonNode json = TestServer.JSON.readTree(summary.path("Instance").path("JsonSummary").asText());
    assertThat(json.path("Outputs").path("demo.t").get(0).asLong()).isEqualTo(2);
  }

  @Test
  void columnDefaultsFillWhatAnInsertLeavesOut() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT, v STRING DEFAULT 'd', n INT DEFAULT 5)");
    server.sql("INSERT INTO t (id) VALUES (1)");
    assertThat(server.select("SELECT * FROM t", true)).containsExactly("1|d|5");
  }

  @Test
  void everyTypeCanBeInsertedBySql() throws IOException {
    server.sql(
        "CREATE TABLE t (a TINYINT, b BINARY, c CHAR(3), d DATE, e DATETIME, f TIMESTAMP,"
            + " g TIMESTAMP_NTZ, h DECIMAL(38,18), i ARRAY<STRING>, j MAP<STRING,BIGINT>,"
            + " k STRUCT<x:INT,y:STRING>, l BOOLEAN, m FLOAT)");
    server.sql(
        "INSERT INTO t SELECT 1, CAST('ab' AS BINARY), 'xyz', DATE '2026-01-02',"
            + " DATETIME '2026-01-02 03:04:05', TIMESTAMP '2026-01-02 03:04:05.123456789',"
            + " CAST('2026-01-02 03:04:05.5' AS TIMESTAMP_NTZ), 1.5, array('a', 'b'),"
            + " map('k', 1), named_struct('x', 1, 'y', 's'), true, 1.5");
    assertThat(server.select("SELECT * FROM t", true))
        .containsExactly(
            "1|6162|xyz|20455|2026-01-02T03:04:05|2026-01-02T03:04:05.123456789"
                + "|2026-01-02T03:04:05.500|1.500000000000000000|[\"a\",\"b\"]"
                + "|[{\"key\":\"k\",\"value\":1}]|{\"x\":1,\"y\":\"s\"}|true|1.5");
  }

  @Test
  void aValueThatCannotBeConvertedIsNamedWhereverItStands() throws IOException {
    server.sql("CREATE TABLE texts (id BIGINT, name STRING)");
    server.sql("INSERT INTO texts VALUES (1, '12'), (2, 'not a number')");
    assertThat(server.failure("SELECT CAST(name AS DECIMAL(10,2)) AS d FROM texts"))
        .contains("not a number");
  }
}
