package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a client sends, the status is one of the 15 that the service publishes. {@link
 * TestServer} checks the same of every answer of all other tests.
 */
@Timeout(300)
class StatusCodesTest {
  private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.[01] ([0-9]{3}) ");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MKCOL", "get");

  private static final List<String> PATHS =
      List.of(
          "/",
          "",
          "/projects",
          "/projects/demo",
          "/projects/demo/tables",
          "/projects/demo/tables/t",
          "/projects/demo/tables/t/preview",
          "/projects/demo/tables/t/more/of/it",
          "/projects/demo/schemas",
          "/projects/demo/schemas/default",
          "/projects/demo/schemas/default/tables/t",
          "/projects/demo/schemas/default/nothing/t",
          "/projects/demo/instances",
          "/projects/demo/instances/none",
          "/projects/demo/cachedinstances",
          "/projects/demo/authorization",
          "/projects/demo/users",
          "/projects/demo/roles",
          "/projects/demo/tunnel",
          "/projects/demo/logs",
          "/projects/demo/registration/functions",
          "/projects/demo/resources",
          "/quotas",
          "/quotas/default",
          "/tenants",
          "/logview/",
          "/logview/host",
          "/%2e%2e/%2e%2e/etc",
          "/projects/demo/tables/%00",
          "//projects///demo//");

  private static final List<String> QUERIES =
      List.of(
          "",
          "?uploads",
          "?uploadid=1&blockid=1",
          "?downloads",
          "?downloads&asyncmode=true",
          "?downloadid=1&data",
          "?partition=x",
          "?partitions&marker=%20&maxitems=-1",
          "?tables&expectmarker=true&maxitems=x",
          "?query");

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT)");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/api"})
  @Tag("covers:error/statuses")
  void everyMethodOnEveryPath(String prefix) throws IOException {
    TreeSet<Integer> seen = new TreeSet<>();
    for (String method : METHODS) {
      for (String path : PATHS) {
        for (String query : QUERIES) {
          String head = new Endpoint(server, prefix).head(method, path + query);
          seen.add(status(head + "Connection: close\nContent-Length: 0\n\n"));
        }
      }
    }
    // The requests reach the resources: some succeed, and some are refused for different reasons.
    assertThat(seen).contains(200, 400, 404, 405, 422);
  }

  @Test
  @Tag("covers:error/statuses")
  void whatIsNoRequestThatTheServerReads() throws IOException {
    String host = "Host: localhost\n";
    List<String> requests = new ArrayList<>();
    requests.add("nonsense\n\n");
    requests.add("GET\n\n");
    requests.add("GET /projects/demo HTTP/1.1\n\n");
    requests.add("GET /projects/demo HTTP/1.1\n" + host + host + "\n");
    requests.add("GET /projects/demo HTTP/1.0\n\n");
    requests.add("GET /projects/demo HTTP/0.9\n\n");
    requests.add("GET /projects/demo HTTP/3.0\n" + host + "\n");
    requests.add("PRI * HTTP/2.0\n\nSM\n\n");
    requests.add("OPTIONS * HTTP/1.1\n" + host + "Connection: close\n\n");
    requests.add("GET * HTTP/1.1\n" + host + "Connection: close\n\n");
    requests.add("CONNECT x:1 HTTP/1.1\n" + host + "Connection: close\n\n");
    requests.add("GET http://y:2/projects/demo HTTP/1.1\n" + host + "Connection: close\n\n");
    requests.add("GET /" + "x".repeat(100_000) + " HTTP/1.1\n" + host + "\n");
    requests.add("GET / HTTP/1.1\n" + host + "A: " + "x".repeat(100_000) + "\n\n");
    requests.add("GET / HTTP/1.1\n" + host + "a b: c\n\n");
    requests.add("GET / HTTP/1.1\n" + host + "Accept: a\n folded\n\n");
    requests.add("PUT / HTTP/1.1\n" + host + "Content-Length: x\n\n");
    requests.add("PUT / HTTP/1.1\n" + host + "Content-Length: -1\n\n");
    requests.add("PUT / HTTP/1.1\n" + host + "Content-Length: 1\nContent-Length: 2\n\nab");
    requests.add("PUT / HTTP/1.1\n" + host + "Transfer-Encoding: gzip\n\nab");
    requests.add("PUT / HTTP/1.1\n" + host + "Transfer-Encoding: chunked\n\nxyz\n");
    for (String header :
        List.of(
            "Expect: 200-ok",
            "Expect: 100-continue",
            "Upgrade: h2c\nConnection: Upgrade, close",
            "Upgrade: websocket\nConnection: Upgrade, close",
            "If-None-Match: *",
            "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
            "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
            "If-Match: \"x\"",
            "Range: bytes=0-1",
            "Accept: image/png",
            "Accept-Encoding: none",
            "Content-Encoding: none",
            "Content-Type: image/png")) {
      for (String method : List.of("GET", "PUT", "POST")) {
        requests.add(
            method
                + " /projects/demo HTTP/1.1\n"
                + host
                + header
                + "\nContent-Length: 0\n"
                + (header.contains("close") ? "" : "Connection: close\n")
                + "\n");
      }
    }
    for (String request : requests) {
      status(request);
    }
  }

  /** The status of an answer; it must be one of the service's. */
  private static int status(String request) throws IOException {
    try (RawConnection connection = new RawConnection(server.endpoint())) {
      String answer = connection.send(request).endOutput().untilClosed();
      // A server may ask for the body first.
      Matcher matcher = STATUS.matcher(answer.replaceFirst("^HTTP/1.1 100 Continue\r\n\r\n", ""));
      assertThat(matcher.find()).as("%s -> %s", request, answer).isTrue();
      int status = Integer.parseInt(matcher.group(1));
      assertThat(ErrorTableTest.STATUSES).as("%s -> %s", request, answer).contains(status);
      return status;
    }
  }
}
