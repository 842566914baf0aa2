package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page behind the link that clients print for a statement, and the tokens that open it. */
class LogviewTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static String page(HttpResponse<byte[]> response) {
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
    assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    return TestServer.text(response);
  }

  @Test
  @Tag("covers:logview/page")
  void thePageShowsStatementStateAndTiming() throws IOException {
    try (TestServer server =
        TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(() -> START))) {
      server.sql("CREATE TABLE t (id BIGINT)");
      String id = server.submit("INSERT INTO t VALUES (1), (2)");
      server.await(id);
      String page =
          page(server.send("GET", "/logview/?h=http://x/api&p=demo&i=" + id + "&token=", null));
      assertThat(page)
          .contains("INSERT INTO t VALUES (1), (2)")
          .contains("<td>Success</td>")
          .contains("<th>Submitted</th><td>2026-01-02T03:04:05Z</td>")
          .contains("<th>Ended</th><td>2026-01-02T03:04:05Z</td>")
          .contains("<th>Took</th><td>0 ms</td>")
          .contains("<th>Rows into demo.t</th><td>2</td>")
          .doesNotContain("http-equiv");
    }
  }

  @Test
  @Tag("covers:logview/failure")
  void theFailureIsShownAndNothingOfItIsTakenForHtml() throws IOException {
    try (TestServer server = TestServer.start()) {
      String id = server.submit("SELECT '<script>alert(\"1\" & ''2'')</script>' FROM nope");
      assertThat(server.await(id)).isEqualTo("Failed");
      String page = page(server.send("GET", "/logview?p=demo&i=" + id, null));
      assertThat(page)
          .contains("<pre class=\"failure\">" + server.result(id).replace("\"", "&quot;"))
          .contains("ODPS-01")
          .contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;&#39;2&#39;&#39;)&lt;/script&gt;")
          .doesNotContain("<script>");
    }
  }

  @Test
  @Tag("covers:logview/unknown")
  void anUnknownInstanceIsAPageToo() throws IOException {
    try (TestServer server = TestServer.start()) {
      HttpResponse<byte[]> answer =
          server.send("GET", "/logview/?p=demo&i=%3Cb%3Enope&token=x", null);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(page(answer)).contains("&lt;b&gt;nope").doesNotContain("<b>");
    }
  }

  @Test
  @Tag("covers:logview/token")
  void withAccountsThePageNeedsATokenForItsInstance() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (TestServer server =
        TestServer.start(LocalTunnelConfig.builder().account("dev", "secret").clock(now::get))) {
      SignedCalls dev = new SignedCalls(server, "dev", "secret", now::get);
      String id = dev.submit("SELECT 1");
      String other = dev.submit("SELECT 2");
      String token = dev.token(id, 2);
      assertThat(token).doesNotContain("secret");

      assertThat(logview(server, id, token).statusCode()).isEqualTo(200);
      assertThat(page(logview(server, id, token))).contains("SELECT 1");
      assertThat(logview(server, other, token).statusCode()).isEqualTo(403);
      assertThat(page(logview(server, other, token))).doesNotContain("SELECT");
      assertThat(server.send("GET", "/logview/?p=demo&i=" + id, null).statusCode()).isEqualTo(401);
      String forged = token.substring(0, token.length() - 2) + "AA";
      assertThat(logview(server, id, forged).statusCode()).isEqualTo(401);

      now.set(now.get().plus(Duration.ofHours(2)));
      assertThat(logview(server, id, token).statusCode()).isEqualTo(401);
      assertThat(page(logview(server, id, token))).contains("The token has expired");
    }
  }

  private static HttpResponse<byte[]> logview(TestServer server, String id, String token)
      throws IOException {
    return server.send("GET", "/logview/?h=x&p=demo&i=" + id + "&token=" + token, null);
  }

  @Test
  @Tag("covers:identity/bearer-token")
  void aTokenReadsItsInstanceWithoutASignatureAndNothingElse() throws IOException {
    try (TestServer server =
        TestServer.start(LocalTunnelConfig.builder().account("dev", "secret"))) {
      SignedCalls dev = new SignedCalls(server, "dev", "secret", Instant::now);
      String id = dev.submit("SELECT 1");
      String path = "/api/projects/demo/instances/" + id;
      String token = dev.token(id, 1);
      assertThat(bearer(server, "GET", path + "?taskstatus", token).statusCode()).isEqualTo(200);
      assertThat(bearer(server, "PUT", path, token).statusCode()).isEqualTo(403);
      assertThat(bearer(server, "GET", "/api/projects/demo/tables", token).statusCode())
          .isEqualTo(403);
      assertThat(bearer(server, "GET", path, "no.token").statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<byte[]> bearer(
      TestServer server, String method, String path, String token) throws IOException {
    return server.send(method, path, null, "x-odps-bearer-token", token);
  }

  @Test
  @Tag("covers:authorization/sign-token")
  void onlyReadingInTheProjectIsSigned() throws IOException {
    try (TestServer server = TestServer.start()) {
      assertThat(sign(server, "{}")).contains("expires_in_hours");
      assertThat(sign(server, policy("odps:Write", "projects/demo/instances/i")))
          .contains("<Code>InvalidParameter</Code>");
      assertThat(sign(server, policy("odps:Read", "projects/other/instances/i")))
          .contains("<Code>AccessDenied</Code>");
      assertThat(sign(server, policy("odps:Read", "projects/demo/instances/i")))
          .contains("<Result>");
    }
  }

  private static String sign(TestServer server, String policy) throws IOException {
    return TestServer.text(
        server.send(
            "POST",
            "/api/projects/demo/authorization?sign_bearer_token",
            policy.getBytes(StandardCharsets.UTF_8)));
  }

  static String policy(String action, String resource) {
    return "{\"expires_in_hours\":1,\"policy\":{\"Version\":\"1\",\"Statement\":[{\"Action\":[\""
        + action
        + "\"],\"Effect\":\"Allow\",\"Resource\":\"acs:odps:*:"
        + resource
        + "\"}]}}";
  }

  @Test
  @Tag("covers:logview/host")
  void theHostOfTheLinkIsTheServerItself() throws IOException {
    try (TestServer server = TestServer.start()) {
      assertThat(TestServer.text(server.send("GET", "/api/logview/host", null)))
          .isEqualTo("http://" + server.endpoint().getAuthority());
    }
  }

  static String element(String xml, String name) {
    Matcher matcher = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    assertThat(matcher.find()).as(xml).isTrue();
    return matcher.group(1);
  }
}
