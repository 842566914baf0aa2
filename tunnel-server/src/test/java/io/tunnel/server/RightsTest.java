package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.server.auth.Right;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Accounts with rights in some projects, over every call and every kind of statement. */
class RightsTest {
  private static final String DENIED = "Failed ODPS-0130013:[1,1] Authorization exception";

  private TestServer server;
  private SignedCalls root;
  private SignedCalls reader;
  private SignedCalls writer;
  private SignedCalls admin;
  private SignedCalls stranger;
  private SignedCalls both;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .account("root", "s0")
                .account("reader", "s1", Map.of("demo", Right.READ))
                .account("writer", "s2", Map.of("Demo", Right.WRITE))
                .account("admin", "s3", Map.of("demo", Right.ADMIN))
                .account("stranger", "s4", Map.of("other", Right.ADMIN))
                .account("both", "s5", Map.of("demo", Right.ADMIN, "*", Right.READ))
                .project("other"));
    root = new SignedCalls(server, "root", "s0");
    reader = new SignedCalls(server, "reader", "s1");
    writer = new SignedCalls(server, "writer", "s2");
    admin = new SignedCalls(server, "admin", "s3");
    stranger = new SignedCalls(server, "stranger", "s4");
    both = new SignedCalls(server, "both", "s5");
    for (String sql :
        List.of(
            "CREATE TABLE t (id BIGINT, name STRING) TBLPROPERTIES ('transactional'='true')",
            "CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)",
            "INSERT INTO p PARTITION (ds='0') VALUES (1)",
            "CREATE TABLE other.hidden (id BIGINT)",
            "INSERT INTO other.hidden VALUES (4711)",
            "CREATE TABLE other.days (id BIGINT) PARTITIONED BY (ds STRING)",
            "INSERT INTO other.days PARTITION (ds='secret') VALUES (1)",
            "CREATE VIEW v AS SELECT id FROM other.hidden",
            "CREATE VIEW w AS SELECT id FROM v")) {
      assertThat(root.run("demo", sql)).as(sql).startsWith("Success");
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Everything that a statement could have changed. */
  private String state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (String sql :
        List.of(
            "SHOW TABLES",
            "SHOW SCHEMAS",
            "SHOW PARTITIONS p",
            "DESC t",
            "SELECT * FROM t ORDER BY id",
            "SELECT * FROM p ORDER BY ds, id",
            "SHOW TABLES IN other",
            "SELECT * FROM other.hidden ORDER BY id")) {
      state.append(root.run("demo", sql)).append('\n');
    }
    // The times of the last change say nothing about who may do what.
    return state.toString().replaceAll("(Time|TIME)[^\\n]*", "");
  }

  private static void assertDenied(String end, Right right, String account, String object) {
    assertThat(end)
        .startsWith(DENIED)
        .contains("'" + right.word() + "' on {acs:odps:*:" + object)
        .contains("the account ALIYUN$" + account + " has ")
        .doesNotContain("4711");
  }

  @Test
  @Tag("covers:submit/no-right")
  void aStatementNeedsItsRightAndIsRefusedBeforeItDoesAnything() throws IOException {
    List<Map.Entry<Right, List<String>>> statements =
        List.of(
            Map.entry(
                Right.READ,
                List.of(
                    "SELECT * FROM t",
                    "SELECT max_pt('p')",
                    "SHOW TABLES",
                    "SHOW VIEWS",
                    "SHOW SCHEMAS",
                    "SHOW PARTITIONS p",
                    "SHOW CREATE TABLE t",
                    "SHOW FUNCTIONS",
                    "DESC t",
                    "DESC SCHEMA `default`",
                    "WHOAMI",
                    "EXPLAIN SELECT * FROM t")),
            Map.entry(
                Right.WRITE,
                List.of(
                    "INSERT INTO t VALUES (1, 'a')",
                    "INSERT OVERWRITE TABLE t SELECT 1, 'b'",
                    "EXPLAIN INSERT INTO t SELECT * FROM t",
                    "UPDATE t SET name = 'c' WHERE id = 1",
                    "MERGE INTO t USING (SELECT 2 AS id) s ON t.id = s.id"
                        + " WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'd')",
                    "DELETE FROM t WHERE id = 2",
                    "ALTER TABLE p ADD PARTITION (ds = '1')",
                    "ALTER TABLE p DROP PARTITION (ds = '1')",
                    "TRUNCATE TABLE t")),
            Map.entry(
                Right.ADMIN,
                List.of(
                    "CREATE TABLE n (id BIGINT)",
                    "CREATE TABLE n2 LIKE t",
                    "CREATE TABLE n3 AS SELECT * FROM p",
                    "ALTER TABLE n ADD COLUMNS (more STRING)",
                    "ALTER TABLE n2 RENAME TO n4",
                    "ALTER TABLE n SET COMMENT 'x'",
                    "CREATE VIEW n5 AS SELECT * FROM t",
                    "DROP VIEW n5",
                    "DROP TABLE n",
                    "CREATE SCHEMA s1",
                    "CREATE TABLE demo.s1.n (id BIGINT)",
                    "DROP TABLE demo.s1.n",
                    "DROP SCHEMA s1")));
    Map<Right, SignedCalls> withRight =
        Map.of(Right.READ, reader, Right.WRITE, writer, Right.ADMIN, admin);
    Map<Right, SignedCalls> without = Map.of(Right.WRITE, reader, Right.ADMIN, writer);
    for (Map.Entry<Right, List<String>> entry : statements) {
      Right right = entry.getKey();
      for (String sql : entry.getValue()) {
        SignedCalls refused = without.get(right);
        if (refused != null) {
          String before = state();
          assertDenied(refused.run("demo", sql), right, refused.accessId(), "projects/demo");
          assertThat(state()).as(sql).isEqualTo(before);
        }
        assertThat(withRight.get(right).run("demo", sql)).as(sql).startsWith("Success");
      }
    }
  }

  @Test
  void namesOfOtherProjectsNeedTheRightThere() throws IOException {
    String before = state();
    for (String sql :
        List.of(
            "SELECT * FROM other.hidden",
            "SELECT * FROM other.`default`.hidden",
            "SELECT * FROM `OTHER`.`hidden`",
            "SELECT h.id FROM t JOIN other.hidden h ON t.id = h.id",
            "SELECT * FROM t WHERE id IN (SELECT id FROM other.hidden)",
            "SELECT (SELECT max(id) FROM other.hidden) AS x FROM t",
            "SELECT * FROM t UNION ALL SELECT id, 'x' FROM other.hidden",
            "SELECT * FROM (SELECT id FROM other.hidden) AS x",
            "SELECT 1 FROM t GROUP BY id HAVING id > (SELECT max(id) FROM other.hidden)",
            "SELECT id FROM t ORDER BY (SELECT max(id) FROM other.hidden)",
            "WITH c AS (SELECT * FROM other.hidden) SELECT * FROM c",
            "EXPLAIN SELECT * FROM other.hidden",
            "INSERT INTO t SELECT id, 'x' FROM other.hidden",
            "INSERT INTO t VALUES ((SELECT max(id) FROM other.hidden), 'x')",
            "UPDATE t SET id = (SELECT max(id) FROM other.hidden)",
            "UPDATE t SET name = 'x' WHERE id IN (SELECT id FROM other.hidden)",
            "DELETE FROM t WHERE id IN (SELECT id FROM other.hidden)",
            "MERGE INTO t USING other.hidden s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "CREATE TABLE copy AS SELECT * FROM other.hidden",
            "CREATE TABLE copy LIKE other.hidden",
            "CREATE VIEW copy AS SELECT * FROM other.hidden",
            "SHOW CREATE TABLE other.hidden",
            "DESC other.hidden",
            "SELECT * FROM other.nothing")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/");
    }
    for (String sql : List.of("SELECT max_pt('other.days')", "SHOW PARTITIONS other.days")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/days}");
    }
    for (String sql :
        List.of("SHOW TABLES IN other", "SHOW SCHEMAS IN other", "SHOW TABLES IN nowhere")) {
      assertThat(admin.run("demo", sql)).as(sql).startsWith(DENIED);
    }
    for (SignedCalls account : List.of(admin, both)) {
      for (String sql :
          List.of(
              "INSERT INTO other.hidden VALUES (1)",
              "TRUNCATE TABLE other.hidden",
              "ALTER TABLE other.days DROP PARTITION (ds = 'secret')")) {
        assertDenied(
            account.run("demo", sql), Right.WRITE, account.accessId(), "projects/other/tables/");
      }
      for (String sql :
          List.of(
              "CREATE TABLE other.new (id BIGINT)",
              "DROP TABLE other.hidden",
              "DROP TABLE IF EXISTS other.hidden",
              "ALTER TABLE other.hidden RENAME TO taken",
              "CREATE VIEW other.new AS SELECT * FROM demo.t",
              "CREATE SCHEMA other.s1",
              "DROP SCHEMA other.`default`")) {
        assertDenied(account.run("demo", sql), Right.ADMIN, account.accessId(), "projects/other");
      }
    }
    assertThat(state()).isEqualTo(before);
    assertThat(both.run("demo", "INSERT INTO t SELECT id, 'x' FROM other.hidden"))
        .startsWith("Success");
    assertThat(both.run("demo", "SELECT id FROM t")).isEqualTo("Success \"id\"\n4711\n");
  }

  @Test
  void aViewGivesNoRightThatItsReaderDoesNotHave() throws IOException {
    for (String sql :
        List.of("SELECT * FROM v", "SELECT * FROM w", "INSERT INTO t SELECT *, 'x' FROM w")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/hidden}");
    }
    assertThat(both.run("demo", "SELECT * FROM w")).isEqualTo("Success \"id\"\n4711\n");
    for (String call : List.of("POST /tables/v?downloads", "GET /tables/v/preview")) {
      String[] parts = call.split(" ");
      HttpResponse<byte[]> answer = admin.tunnel(parts[0], "/projects/demo" + parts[1], null);
      assertThat(answer.statusCode()).as(call).isBetween(400, 499);
    }
    // A name of WITH hides the view of the same name.
    assertThat(admin.run("demo", "WITH v AS (SELECT 1 AS id) SELECT * FROM v"))
        .isEqualTo("Success \"id\"\n1\n");
  }

  @Test
  void ofAScriptNothingIsDoneWhenALaterStatementIsRefused() throws IOException {
    String before = state();
    assertDenied(
        writer.run("demo", "INSERT INTO t VALUES (9, 'x'); DROP TABLE t;"),
        Right.ADMIN,
        "writer",
        "projects/demo/tables/t}");
    assertDenied(
        admin.run("demo", "CREATE TABLE n (id BIGINT); INSERT INTO n SELECT * FROM v;"),
        Right.READ,
        "admin",
        "projects/other/tables/hidden}");
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void mergingSmallFilesIsWriting() throws IOException {
    for (SignedCalls account : List.of(reader, writer)) {
      String location =
          account
              .send("POST", "/projects/demo/instances", SignedCalls.job("Merge", "TableName", "p"))
              .headers()
              .firstValue("Location")
              .orElseThrow();
      String end = account.end("demo", location.substring(location.lastIndexOf('/') + 1));
      assertThat(end).startsWith(account == writer ? "Success" : DENIED);
    }
  }

  private record Request(Right right, String method, String path, String document) {}

  private static final String SCHEMA = "<Schema><Name>s9</Name></Schema>";

  /** Calls that the tunnel endpoint answers too are those with an empty document. */
  private static List<Request> requests() {
    List<Request> requests = new ArrayList<>();
    for (String path :
        List.of(
            "",
            "?policy",
            "/tables?expectmarker=true",
            "/tables/t",
            "/tables/nothing",
            "/tables/t?extended",
            "/tables/p?partitions",
            "/tables/p?partition=ds=0",
            "/tables/t?downloadid=x",
            "/tables/t?downloadid=x&data",
            "/tables/t/preview",
            "/schemas/default/tables/t",
            "/schemas",
            "/schemas/default",
            "/tunnel?service",
            "/registration/functions",
            "/instances",
            "/cachedinstances",
            "/instances/x")) {
      requests.add(new Request(Right.READ, "GET", path, ""));
    }
    requests.add(new Request(Right.READ, "POST", "/tables/t?downloads", ""));
    requests.add(new Request(Right.READ, "POST", "/instances/x?downloads", ""));
    requests.add(new Request(Right.READ, "PUT", "/logs", "{}"));
    requests.add(
        new Request(Right.READ, "POST", "/instances", SignedCalls.job("SQL", "Query", "SELECT 1")));
    requests.add(
        new Request(
            Right.READ,
            "POST",
            "/tables?query",
            "<Tables><Table><Project>demo</Project><Name>t</Name></Table></Tables>"));
    requests.add(
        new Request(
            Right.READ,
            "POST",
            "/authorization",
            "<Authorization><Query>whoami</Query></Authorization>"));
    requests.add(new Request(Right.WRITE, "POST", "/tables/t?uploads", ""));
    requests.add(new Request(Right.WRITE, "POST", "/tables/t?uploads&downloads&query", ""));
    requests.add(new Request(Right.WRITE, "POST", "/schemas/default/tables/t?uploads", ""));
    requests.add(new Request(Right.WRITE, "GET", "/tables/t?uploadid=x", ""));
    requests.add(new Request(Right.WRITE, "PUT", "/tables/t?uploadid=x&blockid=0", "x"));
    requests.add(new Request(Right.WRITE, "POST", "/tables/t/upserts", ""));
    requests.add(new Request(Right.WRITE, "POST", "/tables/t/upserts?upsertid=x", ""));
    requests.add(new Request(Right.WRITE, "PUT", "/tables/t/upserts?upsertid=x&bucketid=0", "x"));
    requests.add(new Request(Right.WRITE, "DELETE", "/tables/t/upserts?upsertid=x", ""));
    requests.add(new Request(Right.READ, "GET", "/tables/t/upserts?upsertid=x", ""));
    requests.add(new Request(Right.WRITE, "POST", "/tables/t?uploadid=x", ""));
    requests.add(
        new Request(
            Right.WRITE,
            "PUT",
            "/tables/p?op=alterPartition",
            "{\"partitionName\":\"ds=0\",\"properties\":{\"a\":\"b\"}}"));
    requests.add(new Request(Right.ADMIN, "POST", "/schemas", SCHEMA));
    requests.add(new Request(Right.ADMIN, "POST", "/schemas?query", SCHEMA));
    requests.add(new Request(Right.ADMIN, "POST", "/schemas?downloads&uploads", SCHEMA));
    requests.add(new Request(Right.ADMIN, "DELETE", "/schemas/default?uploadid=x", ""));
    requests.add(new Request(Right.ADMIN, "GET", "/users", ""));
    requests.add(new Request(Right.ADMIN, "GET", "/users/ALIYUN$root", ""));
    requests.add(new Request(Right.ADMIN, "GET", "/roles", ""));
    requests.add(new Request(Right.ADMIN, "PUT", "", "<Project/>"));
    return requests;
  }

  @Test
  @Tag("covers:identity/rights")
  @Tag("covers:upload-create/no-right")
  @Tag("covers:upload-put/no-right")
  @Tag("covers:upload-commit/no-right")
  @Tag("covers:download-create/no-right")
  @Tag("covers:download-data/no-right")
  void aCallNeedsItsRightOnBothEndpoints() throws IOException {
    Map<Right, List<SignedCalls>> withRight =
        Map.of(
            Right.READ, List.of(reader, writer, admin, both, root),
            Right.WRITE, List.of(writer, admin, both, root),
            Right.ADMIN, List.of(admin, both, root));
    String before = state();
    for (Request request : requests()) {
      for (SignedCalls account : List.of(reader, writer, admin, both, root, stranger)) {
        if (withRight.get(request.right()).contains(account)) {
          continue;
        }
        for (String prefix : List.of("/api", "")) {
          HttpResponse<byte[]> answer = send(account, prefix, request);
          assertRefused(answer, prefix, request, account);
        }
      }
    }
    assertThat(state()).isEqualTo(before);
    for (Request request : requests()) {
      for (SignedCalls account : withRight.get(request.right())) {
        HttpResponse<byte[]> answer = send(account, "/api", request);
        assertThat(TestServer.text(answer))
            .as(request + " by " + account.accessId())
            .doesNotContain("NoPermission");
      }
    }
  }

  private static HttpResponse<byte[]> send(SignedCalls account, String prefix, Request request)
      throws IOException {
    byte[] body = request.document().isEmpty() ? null : request.document().getBytes("UTF-8");
    return account.send(prefix, request.method(), "/projects/demo" + request.path(), body);
  }

  private static void assertRefused(
      HttpResponse<byte[]> answer, String prefix, Request request, SignedCalls account)
      throws IOException {
    String text = TestServer.text(answer);
    assertThat(answer.statusCode()).as(request + " " + text).isEqualTo(403);
    String id = answer.headers().firstValue("x-odps-request-id").orElseThrow();
    String code;
    String message;
    String told;
    if (prefix.isEmpty()) {
      JsonNode error = TestServer.JSON.readTree(answer.body());
      code = error.path("Code").asText();
      message = error.path("Message").asText();
      told = error.path("RequestId").asText();
    } else {
      code = LogviewTest.element(text, "Code");
      message = text;
      told = LogviewTest.element(text, "RequestId");
    }
    assertThat(code).isEqualTo("NoPermission");
    assertThat(told).isEqualTo(id);
    assertThat(message)
        .contains("'" + request.right().word() + "' on {acs:odps:*:projects/demo")
        .contains("the account ALIYUN$" + account.accessId() + " has ")
        .contains(" has " + rightOf(account) + " in the project");
  }

  private static String rightOf(SignedCalls account) {
    return switch (account.accessId()) {
      case "stranger" -> "no right";
      case "reader" -> "'read'";
      default -> "'write'";
    };
  }

  @Test
  void uploadsAndDownloadsGoThroughWithTheRightAlone() throws IOException {
    String upload =
        writer.json("POST", "/projects/demo/tables/t?uploads").path("UploadID").asText();
    String session = "/projects/demo/tables/t?uploadid=" + upload;
    assertThat(reader.tunnel("POST", session, null).statusCode()).isEqualTo(403);
    assertThat(writer.json("GET", session).path("Status").asText()).isEqualTo("normal");
    assertThat(writer.json("POST", session).path("Status").asText()).isEqualTo("closed");
    JsonNode download = reader.json("POST", "/projects/demo/tables/t?downloads");
    assertThat(download.path("RecordCount").asLong()).isZero();
  }

  @Test
  void whoMayNotReadAProjectDoesNotLearnWhatIsInIt() throws IOException {
    assertThat(TestServer.text(stranger.send("GET", "/projects?expectmarker=true", null)))
        .contains("<Name>other</Name>")
        .doesNotContain("<Name>demo</Name>");
    assertThat(stranger.run("other", "SHOW PROJECTS")).isEqualTo("Success other\n");
    assertThat(root.run("other", "SHOW PROJECTS")).isEqualTo("Success demo\nother\n");
    String absent = TestServer.text(stranger.send("GET", "/projects/absent", null));
    String present = TestServer.text(stranger.send("GET", "/projects/demo", null));
    assertThat(LogviewTest.element(absent, "Code")).isEqualTo("NoPermission");
    assertThat(LogviewTest.element(present, "Code")).isEqualTo("NoPermission");
    HttpResponse<byte[]> many =
        stranger.send(
            "POST",
            "/projects/other/tables?query",
            "<Tables><Table><Project>other</Project><Name>hidden</Name></Table>"
                + "<Table><Project>demo</Project><Name>t</Name></Table></Tables>");
    assertThat(many.statusCode()).isEqualTo(403);
    assertThat(TestServer.text(many)).contains("projects/demo/tables/t}");
  }

  @Test
  void statementsOfOthersAreTheAdministratorsAndTheirRowsNobodys() throws IOException {
    String id = both.submit("SELECT * FROM other.hidden");
    assertThat(both.end("demo", id)).isEqualTo("Success \"id\"\n4711\n");
    String path = "/projects/demo/instances/" + id;
    List<String> seen = List.of("", "?taskstatus", "?source", "?instancesummary", "?cached");
    List<String> rows = List.of("?result", "?downloadid=x", "?data&downloadid=x");
    for (String query : seen) {
      assertThat(status(reader, "GET", path + query)).isEqualTo(403);
      assertThat(status(writer, "GET", path + query)).isEqualTo(403);
      assertThat(status(admin, "GET", path + query)).as(query).isEqualTo(200);
    }
    for (SignedCalls account : List.of(reader, writer, admin)) {
      for (String query : rows) {
        assertThat(status(account, "GET", path + query)).isEqualTo(403);
      }
      HttpResponse<byte[]> session = account.tunnel("POST", path + "?downloads", null);
      assertThat(session.statusCode()).isEqualTo(403);
      assertThat(TestServer.text(session)).contains("its result is for ALIYUN$both");
    }
    for (SignedCalls account : List.of(both, root)) {
      assertThat(status(account, "GET", path + "?result")).isEqualTo(200);
      JsonNode session = account.json("POST", path + "?downloads");
      assertThat(session.path("RecordCount").asLong()).isEqualTo(1);
    }
    assertThat(TestServer.text(reader.send("GET", "/projects/demo/instances", null)))
        .doesNotContain(id);
    assertThat(TestServer.text(admin.send("GET", "/projects/demo/instances", null))).contains(id);

    String cancel = "<Instance><Status>Terminated</Status></Instance>";
    assertThat(writer.send("PUT", path, cancel).statusCode()).isEqualTo(403);
    // It has ended, which only who may cancel it is told.
    assertThat(TestServer.text(admin.send("PUT", path, cancel))).contains("InvalidStateSetting");
  }

  @Test
  void aTokenAllowsNoMoreThanItsSignerMay() throws IOException {
    String id = both.submit("SELECT * FROM other.hidden");
    both.end("demo", id);
    for (SignedCalls account : List.of(reader, admin, both)) {
      String token = account.token(id, 1);
      String page = "/logview/?p=demo&i=" + id + "&token=" + token;
      assertThat(server.send("GET", page, null).statusCode())
          .isEqualTo(account == reader ? 403 : 200);
      HttpResponse<byte[]> result =
          server.send(
              "GET",
              "/api/projects/demo/instances/" + id + "?result",
              null,
              "x-odps-bearer-token",
              token);
      assertThat(result.statusCode()).isEqualTo(account == both ? 200 : 403);
    }
  }

  @Test
  void theControlIsForThoseWhoMayDoEverything() throws IOException {
    try (TestServer controlled =
        TestServer.start(
            LocalTunnelConfig.builder()
                .account("root", "s0")
                .account("admin", "s3", Map.of("demo", Right.ADMIN))
                .control())) {
      SignedCalls limited = new SignedCalls(controlled, "admin", "s3");
      for (String call : List.of("GET /-/requests", "POST /-/reset", "POST /-/clock")) {
        String[] parts = call.split(" ");
        HttpResponse<byte[]> answer = limited.tunnel(parts[0], parts[1], null);
        assertThat(answer.statusCode()).as(call).isEqualTo(403);
        assertThat(TestServer.text(answer)).contains("NoPermission").contains("ALIYUN$admin");
      }
      SignedCalls all = new SignedCalls(controlled, "root", "s0");
      assertThat(all.tunnel("GET", "/-/requests", null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anIdOfASubmissionIsThatOfItsAccount() throws IOException {
    String document =
        SignedCalls.job("SQL", "Query", "SELECT 1").replace("<Job>", "<Job><Guid>the-same</Guid>");
    String first = location(reader, document);
    assertThat(location(reader, document)).isEqualTo(first);
    assertThat(location(writer, document)).isNotEqualTo(first);
  }

  private static String location(SignedCalls account, String document) throws IOException {
    return account
        .send("POST", "/projects/demo/instances", document)
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  private static int status(SignedCalls account, String method, String path) throws IOException {
    return account.send(method, path, null).statusCode();
  }

  private static String ask(SignedCalls account, String query) throws IOException {
    String answer =
        TestServer.text(
            account.send(
                "POST",
                "/projects/demo/authorization",
                "<Authorization><Query>" + query + "</Query></Authorization>"));
    return answer.contains("<Result>") ? LogviewTest.element(answer, "Result") : answer;
  }

  /** Control plane, section 3.9. */
  @Test
  void theAnswersAboutRightsAreThoseThatHold() throws IOException {
    assertThat(ask(reader, "whoami")).contains("ALIYUN$reader");
    assertThat(ask(reader, "show grants"))
        .startsWith("[roles]\nread\n")
        .contains("Select")
        .doesNotContain("Update");
    assertThat(ask(writer, "show grants")).startsWith("[roles]\nwrite\n").contains("Update");
    assertThat(ask(admin, "show grants")).startsWith("[roles]\nadmin\n").contains("demo: *");
    assertThat(ask(reader, "show grants for ALIYUN$writer")).contains("NoPermission");
    assertThat(ask(admin, "show grants for ALIYUN$writer")).isEqualTo(ask(writer, "show grants"));
    assertThat(ask(admin, "show grants for ALIYUN$stranger")).startsWith("[roles]\n\n");
    assertThat(ask(reader, "list users")).contains("NoPermission");
    assertThat(ask(admin, "list users").lines())
        .containsExactly(
            "ALIYUN$admin", "ALIYUN$both", "ALIYUN$reader", "ALIYUN$root", "ALIYUN$writer");
    assertThat(ask(reader, "list roles").lines()).containsExactly("read", "write", "admin");
    assertThat(TestServer.text(admin.send("GET", "/projects/demo/users/ALIYUN$writer", null)))
        .contains("<Name>write</Name>")
        .doesNotContain("<Name>admin</Name>");
  }
}
