package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.server.auth.Right;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rights in some projects, over every call. */
class CallRightsTest extends AccountsWithRights {
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
}
