package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.server.auth.Right;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What accounts see of each other: statements, results, tokens, rights. */
class RightsOfOthersTest extends AccountsWithRights {
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
  void whatASessionAnswersIsForWhoAskedIt() throws IOException {
    String session = last(location(both, SignedCalls.job("SQLRT", "Comment", "")));
    String path = "/projects/demo/instances/" + session;
    String query =
        "<Instance><Key>query</Key><Value>{\"query\":\"SELECT * FROM other.hidden\"}</Value>"
            + "</Instance>";
    assertThat(both.send("PUT", path + "?info", query).statusCode()).isEqualTo(200);
    assertThat(TestServer.text(both.send("GET", path + "?info&key=result_0", null)))
        .contains("4711");
    assertThat(status(both, "GET", path + "?data&cached&queryid=0")).isEqualTo(200);
    for (SignedCalls account : List.of(reader, writer, admin)) {
      assertThat(status(account, "GET", path + "?info&key=result_0")).isEqualTo(403);
      assertThat(status(account, "GET", path + "?data&cached&queryid=0")).isEqualTo(403);
    }
    assertThat(writer.send("PUT", path + "?info", query).statusCode()).isEqualTo(403);
    // An administrator who asks in the session of another has no more rights by that.
    assertThat(admin.send("PUT", path + "?info", query).statusCode()).isEqualTo(200);
    assertThat(TestServer.text(admin.send("GET", path + "?info&key=result_1", null)))
        .contains("ODPS-0130013")
        .doesNotContain("4711");
  }

  private static String last(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
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
