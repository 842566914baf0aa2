package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interactive sessions (control plane, section 4.8) and the interactive quota (4.9). */
class InteractiveTest {
  private static final String INSTANCES = "/api/projects/demo/instances";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(now::get));
    server.sql("CREATE TABLE t (id BIGINT, v STRING)");
    server.sql("INSERT INTO t VALUES (1, 'a,\"b\"'), (2, NULL)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** The job that begins a session. */
  static String session(String service) {
    return "<Instance><Job><Tasks><SQLRT><Name>s</Name><Config><Property><Name>settings</Name>"
        + "<Value>{\"odps.sql.session.name\":\""
        + service
        + "\",\"odps.sql.select.auto.limit\":\"1\"}</Value></Property></Config></SQLRT></Tasks>"
        + "</Job></Instance>";
  }

  private String attach() throws IOException {
    HttpResponse<byte[]> answer =
        server.send("POST", INSTANCES, session("public.default").getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).isEqualTo(201);
    String location = answer.headers().firstValue("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private JsonNode info(String session, String key) throws IOException {
    HttpResponse<byte[]> answer =
        server.send("GET", INSTANCES + "/" + session + "?info&taskname=s&key=" + key, null);
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    return TestServer.JSON.readTree(answer.body());
  }

  private JsonNode tell(String session, String key, String value) throws IOException {
    String document =
        "<Instance><Key>" + key + "</Key><Value><![CDATA[" + value + "]]></Value></Instance>";
    HttpResponse<byte[]> answer =
        server.send(
            "PUT",
            INSTANCES + "/" + session + "?info&taskname=s",
            document.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    return TestServer.JSON.readTree(answer.body());
  }

  /** Runs a statement without the limit of the session; returns its number. */
  private int run(String session, String statement) throws IOException {
    return run(session, statement, Map.of("odps.sql.select.auto.limit", ""));
  }

  private int run(String session, String statement, Map<String, String> settings)
      throws IOException {
    JsonNode answer =
        tell(
            session,
            "query",
            TestServer.JSON.writeValueAsString(Map.of("query", statement, "settings", settings)));
    assertThat(answer.path("status").asText()).isEqualTo("ok");
    return TestServer.JSON.readTree(answer.path("result").asText()).path("queryId").asInt(-1);
  }

  private String status(String session) throws IOException {
    return TestServer.text(server.send("GET", INSTANCES + "/" + session, null));
  }

  @Test
  @Tag("covers:interactive-v1/attach")
  void statementsOfASessionAreNumberedAndTheirResultsAreTold() throws IOException {
    String session = attach();
    assertThat(info(session, "wait_attach_success").path("status").asInt()).isEqualTo(2);
    assertThat(status(session)).contains("<Status>Running</Status>");
    assertThat(run(session, "SELECT id, v FROM t ORDER BY id LIMIT 10")).isZero();
    assertThat(run(session, "SELECT * FROM nowhere")).isEqualTo(1);
    assertThat(run(session, "SELECT id FROM t ORDER BY id", Map.of())).isEqualTo(2);

    JsonNode rows = info(session, "result_0");
    assertThat(rows.path("status").asInt()).isEqualTo(5);
    assertThat(rows.path("subQueryId").asInt(-1)).isZero();
    assertThat(rows.path("result").asText())
        .isEqualTo("\"id\",\"v\"\r\n1,\"a,\"\"b\"\"\"\r\n2,\\N\r\n");
    assertThat(info(session, "result_1").path("status").asInt()).isEqualTo(4);
    assertThat(info(session, "result_1").path("result").asText()).startsWith("ODPS-0130131:[1,");
    // The settings of the session are those of its statements.
    assertThat(info(session, "result_2").path("result").asText()).isEqualTo("\"id\"\r\n1\r\n");
  }

  /** The code is the one by which clients go on outside of the session. */
  @Test
  @Tag("covers:interactive-v1/attach")
  void aSessionTakesQueriesOnly() throws IOException {
    String session = attach();
    for (String statement :
        new String[] {"CREATE TABLE made (id BIGINT)", "SELECT 1; INSERT INTO t VALUES (3, 'c')"}) {
      JsonNode answer =
          tell(
              session,
              "query",
              TestServer.JSON.writeValueAsString(Map.of("query", statement, "settings", Map.of())));
      assertThat(answer.path("status").asText()).isEqualTo("ok");
      JsonNode result = TestServer.JSON.readTree(answer.path("result").asText());
      assertThat(result.path("queryId").asInt()).isEqualTo(-1);
      assertThat(result.path("result").asText()).startsWith("ODPS-185");
    }
    assertThat(run(session, "SELECT FROM nothing AT ALL")).isZero();
    assertThat(info(session, "result_0").path("result").asText()).startsWith("ODPS-0130161:");
    assertThat(server.sql("SHOW TABLES")).doesNotContain("made");
  }

  @Test
  @Tag("covers:interactive-v1/attach")
  void aStatementIsCancelledAndASessionIsEnded() throws IOException {
    server.sql("CREATE TABLE d AS SELECT n FROM t LATERAL VIEW explode(sequence(1, 50)) s AS n");
    // It would run for days.
    String endless =
        "SELECT count(*) FROM d a CROSS JOIN d b CROSS JOIN d c CROSS JOIN d e CROSS JOIN d f"
            + " WHERE a.n * b.n * c.n * e.n * f.n % 7 = ";
    String session = attach();
    run(session, endless + 3);
    run(session, endless + 4);
    assertThat(tell(session, "cancel", "0").path("status").asText()).isEqualTo("ok");
    assertThat(info(session, "result_0").path("status").asInt()).isEqualTo(6);
    assertThat(tell(session, "cancel", "0").path("status").asText()).isEqualTo("ok");
    byte[] end =
        "<Instance><Status>Terminated</Status></Instance>".getBytes(StandardCharsets.UTF_8);
    assertThat(server.send("PUT", INSTANCES + "/" + session, end).statusCode()).isEqualTo(200);
    assertThat(status(session)).contains("<Status>Terminated</Status>");
    assertThat(info(session, "result_1").path("status").asInt()).isEqualTo(6);
    assertThat(info(session, "wait_attach_success").path("status").asInt()).isEqualTo(6);
    JsonNode refused = tell(session, "query", "{\"query\":\"select 1\",\"settings\":{}}");
    assertThat(refused.path("status").asText()).isEqualTo("NotFound");
  }

  @Test
  void aSessionThatNobodyUsesEndsWithItsLife() throws IOException {
    String used = attach();
    String unused = attach();
    now.set(now.get().plus(Duration.ofHours(23)));
    run(used, "SELECT 1");
    now.set(now.get().plus(Duration.ofHours(2)));
    run(used, "SELECT 2");
    assertThat(status(used)).contains("<Status>Running</Status>");
    HttpResponse<byte[]> ended = server.send("GET", INSTANCES + "/" + unused, null);
    assertThat(TestServer.text(ended)).doesNotContain("Running");
  }

  @Test
  @Tag("covers:interactive-v2/query")
  void anInteractiveQuotaAnswersWithTheResult() throws IOException {
    JsonNode connection =
        TestServer.JSON.readTree(
            server.send("GET", "/api/connection/mcqa?project=demo", null).body());
    assertThat(connection.path("quotaNickName").asText()).isEqualTo("default");
    assertThat(connection.path("connInfo").asText()).isNotEmpty();
    String select = interactive("SELECT id, v FROM t ORDER BY id");
    assertThat(select)
        .contains("<Name>q</Name>", "<Status>Success</Status>", "Format=\"csv\"")
        .contains("\"IsSelect\":true,\"SelectResultStatus\":\"FULL\"")
        .contains("{\"Name\":\"id\",\"Type\":\"bigint\"}");
    assertThat(interactive("INSERT INTO t VALUES (3, 'c')"))
        .contains("\"IsSelect\":false,\"SelectResultStatus\":\"FULL\"");
    assertThat(interactive("SELECT * FROM nowhere")).contains("<Status>Failed</Status>");
    // More rows than a text has are for the tunnel.
    assertThat(interactive("SELECT id FROM t LATERAL VIEW explode(sequence(1, 10000)) s AS n"))
        .contains("\"SelectResultStatus\":\"NO\"", "<![CDATA[]]></Result>");
  }

  private String interactive(String statement) throws IOException {
    String job =
        "<Instance><Job><Tasks><SQL><Name>q</Name><Query><![CDATA["
            + statement
            + "]]></Query></SQL></Tasks></Job></Instance>";
    String path = "/api/mcqa/projects/demo/instances";
    HttpResponse<byte[]> submitted =
        server.send("POST", path, job.getBytes(StandardCharsets.UTF_8));
    String location = submitted.headers().firstValue("Location").orElseThrow();
    String id = location.substring(location.lastIndexOf('/') + 1);
    server.await(id);
    return TestServer.text(server.send("GET", path + "/" + id + "?instancestatus", null));
  }
}
