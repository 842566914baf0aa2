package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Statements while they run, their settings, and lists of tables (control plane, 3.3 to 4.4). */
class StatementFormsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(() -> NOW));
    server.sql(
        "CREATE TABLE t (id BIGINT NOT NULL COMMENT 'key', v DECIMAL(10,2)) COMMENT 'a \"b\"'");
    server.sql("CREATE VIEW w AS SELECT id FROM t");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String get(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", "/api/projects/demo" + path, null);
    assertThat(response.statusCode()).as(TestServer.text(response)).isEqualTo(200);
    return TestServer.text(response);
  }

  private static List<String> elements(String xml, String name) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** Runs a statement with settings in its job; returns its text result. */
  private String sql(Map<String, String> settings, String statement) throws IOException {
    return run(settings, statement, "Success");
  }

  private String failure(Map<String, String> settings, String statement) throws IOException {
    return run(settings, statement, "Failed");
  }

  private String run(Map<String, String> settings, String statement, String end)
      throws IOException {
    String job =
        "<Instance><Job><Tasks><SQL><Name>t</Name><Config><Property><Name>settings</Name><Value>"
            + TestServer.JSON.writeValueAsString(settings)
            + "</Value></Property></Config><Query><![CDATA["
            + statement
            + "]]></Query></SQL></Tasks></Job></Instance>";
    HttpResponse<byte[]> answer =
        server.send("POST", "/api/projects/demo/instances", job.getBytes(StandardCharsets.UTF_8));
    String location = answer.headers().firstValue("Location").orElseThrow();
    String id = location.substring(location.lastIndexOf('/') + 1);
    String status = server.await(id);
    assertThat(status).as(server.result(id)).isEqualTo(end);
    return server.result(id);
  }

  @Test
  @Tag("covers:submit/auto-limit")
  void aQueryWithoutALimitGetsTheOneOfItsJob() throws IOException {
    server.sql("INSERT INTO t (id) VALUES (1), (2), (3), (4), (5)");
    Map<String, String> three = Map.of("odps.sql.select.auto.limit", "3");
    assertThat(ids(three, "SELECT id FROM t")).hasSize(3);
    assertThat(ids(three, "SELECT id FROM t ORDER BY id DESC LIMIT 4"))
        .containsExactly("5", "4", "3", "2");
    assertThat(ids(three, "WITH a AS (SELECT id FROM t) SELECT id FROM a ORDER BY id LIMIT 4"))
        .containsExactly("1", "2", "3", "4");
    assertThat(ids(three, "SELECT id FROM (SELECT id FROM t ORDER BY id DESC LIMIT 4) s"))
        .hasSize(3);
    assertThat(ids(three, "SELECT id FROM t UNION ALL SELECT id FROM t")).hasSize(3);
    assertThat(ids(Map.of(), "SET odps.sql.select.auto.limit=2; SELECT id FROM t")).hasSize(2);
    sql(three, "CREATE TABLE copied AS SELECT id FROM t");
    sql(three, "INSERT INTO copied SELECT id FROM t");
    assertThat(ids(Map.of(), "SELECT id FROM copied")).hasSize(10);
    assertThat(failure(Map.of("odps.sql.select.auto.limit", "few"), "SELECT id FROM t"))
        .isEqualTo(
            "ODPS-0130071:[1,1] Semantic analysis exception - odps.sql.select.auto.limit: \"few\""
                + " is no number of rows");
  }

  private List<String> ids(Map<String, String> settings, String query) throws IOException {
    return sql(settings, query).lines().skip(1).toList();
  }

  @Test
  @Tag("covers:instance/running")
  @Tag("covers:instance/held")
  @Tag("covers:instance/terminated")
  @Tag("covers:task-status/running")
  @Tag("covers:task-status/success")
  void aStatementThatRunsSaysSoAndIsWaitedFor() throws Exception {
    ReentrantLock lock = server.storage().catalog().lock("demo", "default", "t");
    String path;
    CompletableFuture<String> held;
    lock.lock();
    try {
      path = "/instances/" + server.submit("INSERT INTO t VALUES (1, 2.5)");
      HttpResponse<byte[]> running = server.send("GET", "/api/projects/demo" + path, null);
      assertThat(elements(TestServer.text(running), "Status")).containsExactly("Running");
      ZonedDateTime.parse(
          running.headers().firstValue("x-odps-start-time").orElseThrow(),
          DateTimeFormatter.RFC_1123_DATE_TIME);
      assertThat(running.headers().firstValue("x-odps-end-time")).isPresent();
      assertThat(elements(get(path + "?taskstatus"), "Status"))
          .hasSize(2)
          .contains("Running")
          .doesNotContain("Success");
      String waiting = path + "?instancestatus";
      held =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return get(waiting);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } finally {
      lock.unlock();
    }
    // Whether it was asked before or after the end, one request is enough.
    assertThat(elements(held.get(), "Status")).containsExactly("Terminated");
    assertThat(elements(get(path + "?taskstatus"), "Status"))
        .containsExactly("Terminated", "Success");
  }

  @Test
  @Tag("covers:result/format-csv")
  void tablesAreListedAsCsvWhenThatIsAskedFor() throws IOException {
    Map<String, String> csv = Map.of("odps.sql.select.output.format", "csv");
    assertThat(sql(csv, "SHOW TABLES"))
        .isEqualTo(
            "\"owner\",\"table_name\"\n"
                + "\"ALIYUN$anonymous\",\"t\"\n"
                + "\"ALIYUN$anonymous\",\"w\"\n");
    assertThat(sql(Map.of(), "SET odps.sql.select.output.format=csv; SHOW VIEWS"))
        .isEqualTo("\"owner\",\"table_name\"\n\"ALIYUN$anonymous\",\"w\"\n");
    assertThat(sql(Map.of(), "SHOW VIEWS")).isEqualTo("ALIYUN$anonymous:w\n");
    assertThat(sql(csv, "SELECT 1 AS one")).isEqualTo("\"one\"\n1\n");
  }

  @Test
  @Tag("covers:result/format-json")
  void aTableIsDescribedAsJsonWhenThatIsAskedFor() throws IOException {
    server.sql("CREATE TABLE p (n DECIMAL(9,2) DEFAULT 1.5) PARTITIONED BY (d DATE COMMENT 'day')");
    Map<String, String> json = Map.of("odps.sql.select.output.format", "json");
    JsonNode table = TestServer.JSON.readTree(sql(json, "DESC EXTENDED t"));
    assertThat(table.path("Owner").textValue()).isEqualTo("ALIYUN$anonymous");
    assertThat(table.path("Project").textValue()).isEqualTo("demo");
    assertThat(table.path("Schema").textValue()).isEqualTo("default");
    assertThat(table.path("TableComment").textValue()).isEqualTo("a \"b\"");
    assertThat(table.path("CreateTime").longValue()).isEqualTo(NOW.getEpochSecond());
    assertThat(table.path("LastModifiedTime").longValue()).isEqualTo(NOW.getEpochSecond());
    assertThat(table.path("ExternalTable").textValue()).isEqualTo("NO");
    assertThat(table.path("Size").isIntegralNumber()).isTrue();
    JsonNode columns = table.path("NativeColumns");
    assertThat(columns.findValuesAsText("Name")).containsExactly("id", "v");
    assertThat(columns.findValuesAsText("Comment")).containsExactly("key", "");
    assertThat(columns.findValuesAsText("Nullable")).containsExactly("false", "true");
    assertThat(columns.findValuesAsText("Type"))
        .map(String::toLowerCase)
        .containsExactly("bigint", "decimal(10,2)");
    assertThat(table.path("PartitionColumns")).isEmpty();

    JsonNode partitioned = TestServer.JSON.readTree(sql(json, "DESC EXTENDED p"));
    assertThat(partitioned.path("NativeColumns").findValuesAsText("DefaultValue"))
        .singleElement()
        .asString()
        // A literal of MaxCompute may tell its type behind its digits.
        .matches("1\\.5(BD)?");
    assertThat(partitioned.path("PartitionColumns").findValuesAsText("Name")).containsExactly("d");
    assertThat(partitioned.path("PartitionColumns").findValuesAsText("Comment"))
        .containsExactly("day");
    assertThat(sql(Map.of(), "DESC EXTENDED t")).startsWith("+---");
  }

  @Test
  @Tag("covers:submit/default-schema")
  void aSettingSelectsTheSchema() throws IOException {
    server.sql("CREATE SCHEMA demo.s1");
    server.sql("CREATE TABLE demo.s1.t (name STRING)");
    server.sql("INSERT INTO demo.s1.t VALUES ('in the schema')");
    assertThat(
            sql(
                Map.of("odps.namespace.schema", "true", "odps.default.schema", "s1"),
                "SELECT * FROM t"))
        .isEqualTo("\"name\"\n\"in the schema\"\n");
    assertThat(sql(Map.of(), "SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n0\n");
  }

  @Test
  @Tag("covers:submit/time-zone")
  void aSettingMovesWallClocks() throws IOException {
    String statement = "SELECT to_char(from_unixtime(0), 'yyyy-mm-dd hh:mi:ss') AS c";
    assertThat(sql(Map.of("odps.sql.timezone", "Asia/Shanghai"), statement))
        .isEqualTo("\"c\"\n\"1970-01-01 08:00:00\"\n");
    assertThat(sql(Map.of("odps.sql.timezone", "UTC"), statement))
        .isEqualTo("\"c\"\n\"1970-01-01 00:00:00\"\n");
  }

  @Test
  @Tag("covers:table-list/type")
  @Tag("covers:table-list/owner")
  @Tag("covers:table-get/view")
  void viewsAndTablesAreToldApart() throws IOException {
    assertThat(elements(get("/tables?expectmarker=true&type=VIRTUAL_VIEW"), "Name"))
        .containsExactly("w");
    assertThat(elements(get("/tables?expectmarker=true&type=MANAGED_TABLE"), "Name"))
        .containsExactly("t");
    assertThat(elements(get("/tables?expectmarker=true&type=EXTERNAL_TABLE"), "Name")).isEmpty();
    String owner = TestServer.encode("ALIYUN$anonymous");
    assertThat(elements(get("/tables?expectmarker=true&owner=" + owner), "Name"))
        .containsExactly("t", "w");
    assertThat(elements(get("/tables?expectmarker=true&owner=somebody"), "Name")).isEmpty();
    String view = get("/tables/w");
    assertThat(view).contains("<Type>VIRTUAL_VIEW</Type>");
    Matcher schema = Pattern.compile("CDATA\\[(.*)]]>").matcher(view);
    assertThat(schema.find()).isTrue();
    JsonNode json = TestServer.JSON.readTree(schema.group(1));
    assertThat(json.path("isVirtualView").asBoolean()).isTrue();
    assertThat(json.path("viewText").asText()).containsIgnoringCase("SELECT id FROM t");
  }
}
