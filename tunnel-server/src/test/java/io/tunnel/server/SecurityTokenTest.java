package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.server.auth.Account;
import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.auth.SecurityToken;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Temporary keys with a security token (STS): control plane, sections 1.1 and 1.8. */
class SecurityTokenTest {
  private static final Instant END = Instant.parse("2026-01-01T13:00:00Z");
  private static final String PATH = "/projects/demo";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
  private TestServer server;
  private SignedCalls temporary;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .account("lasting", "secret")
                .account(
                    new Account(
                        "tmp",
                        "tmp-secret",
                        Rights.of(Map.of("demo", Right.WRITE)),
                        new SecurityToken("the/token+1==", END)))
                .clock(now::get));
    temporary = new SignedCalls(server, "tmp", "tmp-secret", now::get);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static HttpResponse<byte[]> get(SignedCalls account, String token) throws IOException {
    return account.send("/api", "GET", PATH, null, "authorization-sts-token", token);
  }

  private static void assertRefused(HttpResponse<byte[]> answer, String reason) {
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(TestServer.text(answer))
        .contains("<Code>InvalidParameter</Code>")
        .contains("ODPS-0410051:Invalid credentials")
        .contains(reason)
        .doesNotContain("the/token");
  }

  @Test
  @Tag("covers:identity/sts")
  @Tag("covers:identity/sts-refused")
  void theTokenMustBeThatOfTheKey() throws IOException {
    assertThat(get(temporary, "the/token+1==").statusCode()).isEqualTo(200);
    assertRefused(temporary.send("GET", PATH, null), "authorization-sts-token");
    assertRefused(get(temporary, ""), "authorization-sts-token");
    assertRefused(get(temporary, "the/token+2=="), "does not belong to tmp");
    SignedCalls lasting = new SignedCalls(server, "lasting", "secret", now::get);
    assertThat(get(lasting, "").statusCode()).isEqualTo(200);
    assertRefused(get(lasting, "the/token+1=="), "is no temporary one");
  }

  @Test
  void withoutTheRightSignatureNothingIsSaidAboutTheToken() throws IOException {
    SignedCalls guessing = new SignedCalls(server, "tmp", "wrong", now::get);
    for (String token : new String[] {"the/token+1==", "wrong", ""}) {
      HttpResponse<byte[]> answer = get(guessing, token);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(TestServer.text(answer)).contains("<Code>SignatureNotMatch</Code>");
    }
  }

  @Test
  @Tag("covers:identity/sts-refused")
  void theTokenEndsAtItsInstantAndWhatItsKeyHasSignedWithIt() throws IOException {
    String statement =
        temporary
            .send(
                "/api",
                "POST",
                PATH + "/instances",
                SignedCalls.job("SQL", "Query", "SELECT 1").getBytes("UTF-8"),
                "authorization-sts-token",
                "the/token+1==")
            .headers()
            .firstValue("Location")
            .orElseThrow();
    String id = statement.substring(statement.lastIndexOf('/') + 1);
    HttpResponse<byte[]> signed =
        temporary.send(
            "/api",
            "POST",
            PATH + "/authorization?sign_bearer_token",
            LogviewTest.policy("odps:Read", "projects/demo/instances/" + id)
                .replace("_hours\":1", "_hours\":2")
                .getBytes("UTF-8"),
            "authorization-sts-token",
            "the/token+1==");
    String page =
        "/logview/?p=demo&i="
            + id
            + "&token="
            + LogviewTest.element(TestServer.text(signed), "Result");

    now.set(END.minusSeconds(1));
    assertThat(get(temporary, "the/token+1==").statusCode()).isEqualTo(200);
    assertThat(server.send("GET", page, null).statusCode()).isEqualTo(200);
    now.set(END);
    assertRefused(get(temporary, "the/token+1=="), "has expired at " + END);
    assertThat(server.send("GET", page, null).statusCode()).isEqualTo(403);
  }

  @Test
  void ourClientSendsTheToken() throws IOException {
    now.set(Instant.now());
    try (TestServer other =
            TestServer.start(
                LocalTunnelConfig.builder().account(Account.parse("tmp:x token:the-token")));
        TunnelClient right = client(other, "the-token");
        TunnelClient wrong = client(other, "wrong-token")) {
      assertThat(right.catalog().tables(null, null)).isEmpty();
      assertThatThrownBy(() -> wrong.catalog().tables(null, null))
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("does not belong to tmp")
          .hasMessageNotContaining("wrong-token");
    }
  }

  private static TunnelClient client(TestServer server, String token) {
    return TunnelClient.open(
        TunnelConfig.builder(server.endpoint(), "demo")
            .credentials(new Credentials.AccessKey("tmp", "x", token, null))
            .build());
  }
}
