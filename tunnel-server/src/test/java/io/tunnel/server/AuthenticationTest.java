package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.http.CanonicalRequest;
import io.tunnel.protocol.http.RequestSigner;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(LocalTunnelConfig.builder().account("ID1", "secret-1").clock(() -> NOW));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private HttpResponse<byte[]> get(String path, String id, String secret, Instant date, boolean v4)
      throws IOException {
    return get(path, path, id, secret, date, v4);
  }

  /** Signs one path and sends another. */
  private HttpResponse<byte[]> get(
      String path, String sent, String id, String secret, Instant date, boolean v4)
      throws IOException {
    String scope = "/20260101/local/odps/aliyun_v4_request";
    return get(path, sent, id, secret, date, v4 ? scope : "", v4 ? scope : "");
  }

  /** Signs one path and scope and sends others; without a scope the signature is version 2. */
  private HttpResponse<byte[]> get(
      String path,
      String sent,
      String id,
      String secret,
      Instant date,
      String scope,
      String sentScope)
      throws IOException {
    String resource = path.startsWith("/api") ? path.substring(4) : path;
    Map<String, String> parameters = new HashMap<>();
    int query = resource.indexOf('?');
    if (query >= 0) {
      for (String pair : resource.substring(query + 1).split("&")) {
        String[] parts = pair.split("=", 2);
        parameters.put(parts[0], parts.length > 1 ? parts[1] : "");
      }
    }
    String text = DATE.format(date);
    String canonical =
        CanonicalRequest.of(
            "GET",
            query < 0 ? resource : resource.substring(0, query),
            parameters,
            Map.of("Date", text));
    String[] parts = scope.split("/", -1);
    String signature =
        scope.isEmpty()
            ? RequestSigner.signatureV2(secret, canonical)
            : RequestSigner.signatureV4(secret, parts[1], parts[2], canonical);
    String authorization = "ODPS " + id + sentScope + ":" + signature;
    return server.send("GET", sent, null, "Authorization", authorization, "Date", text);
  }

  @Test
  @Tag("covers:identity/v2")
  @Tag("covers:identity/v4")
  void bothSignatureVersionsAreAccepted() throws IOException {
    assertThat(get("/api/projects/demo", "ID1", "secret-1", NOW, false).statusCode())
        .isEqualTo(200);
    assertThat(
            get("/api/projects/demo/tables?extended&name=a", "ID1", "secret-1", NOW, true)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  @Tag("covers:identity/wrong-secret")
  void aWrongSecretGivesXmlOnTheServiceEndpointAndJsonOnTheTunnelEndpoint() throws IOException {
    HttpResponse<byte[]> service = get("/api/projects/demo", "ID1", "wrong", NOW, false);
    assertThat(service.statusCode()).isEqualTo(403);
    assertThat(TestServer.text(service)).contains("<Code>SignatureNotMatch</Code>");
    HttpResponse<byte[]> tunnel = get("/projects/demo", "ID1", "wrong", NOW, false);
    assertThat(TestServer.JSON.readTree(tunnel.body()).path("Code").asText())
        .isEqualTo("SignatureNotMatch");
    assertThat(TestServer.text(tunnel)).doesNotContain("secret-1");
  }

  @Test
  @Tag("covers:identity/unknown-account")
  @Tag("covers:identity/missing")
  void unknownAccountsAndMissingSignaturesAreRefused() throws IOException {
    assertThat(TestServer.text(get("/api/projects/demo", "ID2", "secret-1", NOW, false)))
        .contains("ODPS-0410051");
    HttpResponse<byte[]> none = server.send("GET", "/api/projects/demo", null);
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(TestServer.text(none)).contains("<Code>Unauthorized</Code>");
  }

  /** Control plane, section 1.3: clients sign the first or the last value of a repeated name. */
  @Test
  @Tag("covers:identity/repeated-parameter")
  void ofARepeatedParameterTheValueCountsThatIsSigned() throws IOException {
    String signed = "/api/projects?marker=zzz";
    assertThat(TestServer.text(get("/api/projects?marker=a", "ID1", "secret-1", NOW, false)))
        .contains("<Name>demo</Name>");
    for (String sent :
        new String[] {"/api/projects?marker=a&marker=zzz", "/api/projects?marker=zzz&marker=a"}) {
      HttpResponse<byte[]> answer = get(signed, sent, "ID1", "secret-1", NOW, false);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(TestServer.text(answer)).doesNotContain("<Name>demo</Name>");
    }
    assertThat(get(signed, "/api/projects?marker=a", "ID1", "secret-1", NOW, false).statusCode())
        .isEqualTo(403);
  }

  @Test
  @Tag("covers:identity/clock-skew")
  void clocksMayDifferByAQuarterOfAnHour() throws IOException {
    Instant near = NOW.minus(Duration.ofMinutes(15));
    assertThat(get("/api/projects/demo", "ID1", "secret-1", near, false).statusCode())
        .isEqualTo(200);
    HttpResponse<byte[]> far =
        get("/api/projects/demo", "ID1", "secret-1", near.minusSeconds(1), false);
    assertThat(TestServer.text(far))
        .contains("<Code>RequestTimeTooSkewd</Code>")
        .contains("max_interval_date:900000,");
  }

  /** Control plane, section 1.5: date and region of the scope are in the key. */
  @Test
  @Tag("covers:identity/v4")
  void theRegionOfTheScopeIsTheOneThatWasSigned() throws IOException {
    String path = "/api/projects/demo";
    for (String region : new String[] {"cn-hangzhou", "local", "a b"}) {
      String scope = "/20260101/" + region + "/odps/aliyun_v4_request";
      assertThat(get(path, path, "ID1", "secret-1", NOW, scope, scope).statusCode()).isEqualTo(200);
      for (String other :
          new String[] {
            "/20260101/cn-beijing/odps/aliyun_v4_request",
            "/20251231/" + region + "/odps/aliyun_v4_request",
          }) {
        HttpResponse<byte[]> answer = get(path, path, "ID1", "secret-1", NOW, scope, other);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(TestServer.text(answer)).contains("<Code>SignatureNotMatch</Code>");
      }
      for (String other :
          new String[] {
            "/20260101/" + region + "/oss/aliyun_v4_request",
            "/20260101/" + region + "/odps/aliyun_v5_request",
            "/20260101/" + region + "/odps",
          }) {
        HttpResponse<byte[]> answer = get(path, path, "ID1", "secret-1", NOW, scope, other);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TestServer.text(answer)).contains("<Code>Unauthorized</Code>");
      }
    }
  }

  /** Control plane, section 1.8: the date of the scope may differ by a day. */
  @Test
  @Tag("covers:identity/v4")
  void aScopeOfAnotherDayIsTooOldOrTooEarly() throws IOException {
    String path = "/api/projects/demo";
    for (String date : new String[] {"20251231", "20260101", "20260102"}) {
      String scope = "/" + date + "/local/odps/aliyun_v4_request";
      assertThat(get(path, path, "ID1", "secret-1", NOW, scope, scope).statusCode()).isEqualTo(200);
    }
    for (String date : new String[] {"20251230", "20260103", "20269999", ""}) {
      String scope = "/" + date + "/local/odps/aliyun_v4_request";
      HttpResponse<byte[]> answer = get(path, path, "ID1", "secret-1", NOW, scope, scope);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(TestServer.text(answer)).contains("<Code>RequestTimeTooSkewd</Code>");
    }
  }

  @Test
  @Tag("covers:identity/clock-skew")
  void aClockMayGoAheadAsFarAsBehind() throws IOException {
    Instant ahead = NOW.plus(Duration.ofMinutes(15));
    assertThat(get("/api/projects/demo", "ID1", "secret-1", ahead, false).statusCode())
        .isEqualTo(200);
    for (boolean v4 : new boolean[] {false, true}) {
      assertThat(
              TestServer.text(
                  get("/api/projects/demo", "ID1", "secret-1", ahead.plusSeconds(1), v4)))
          .contains("<Code>RequestTimeTooSkewd</Code>");
    }
  }

  /** What was recorded on its way is worth nothing when its time is over. */
  @Test
  @Tag("covers:identity/replay")
  void aRecordedRequestIsRefusedAfterItsTime() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    try (TestServer later =
        TestServer.start(LocalTunnelConfig.builder().account("ID1", "secret-1").clock(now::get))) {
      String date = DATE.format(NOW);
      String signed = CanonicalRequest.of("GET", "/projects/demo", Map.of(), Map.of("Date", date));
      String[] headers = {
        "Date", date, "Authorization", "ODPS ID1:" + RequestSigner.signatureV2("secret-1", signed)
      };
      assertThat(later.send("GET", "/api/projects/demo", null, headers).statusCode())
          .isEqualTo(200);
      now.set(NOW.plus(Duration.ofMinutes(15)).plusSeconds(1));
      assertThat(later.send("GET", "/api/projects/demo", null, headers).statusCode())
          .isEqualTo(403);
      headers[1] = DATE.format(now.get());
      assertThat(TestServer.text(later.send("GET", "/api/projects/demo", null, headers)))
          .contains("<Code>SignatureNotMatch</Code>");
    }
  }

  /** A page in a browser can send a POST to the loopback address without being asked anything. */
  @Test
  void withoutAccountsNoPageOfABrowserIsServed() throws IOException {
    try (TestServer open = TestServer.start(LocalTunnelConfig.builder().anonymous(true))) {
      open.sql("CREATE TABLE t (id BIGINT)");
      byte[] drop = SignedCalls.job("SQL", "Query", "DROP TABLE t").getBytes(UTF_8);
      for (String origin : new String[] {"https://example.test", "null"}) {
        HttpResponse<byte[]> answer =
            open.send("POST", "/api/projects/demo/instances", drop, "Origin", origin);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(TestServer.text(answer)).contains("<Code>AccessDenied</Code>");
      }
      assertThat(open.sql("SHOW TABLES").lines()).hasSize(1);
    }
  }

  /** A site can let its name point to the loopback address; its pages then read without Origin. */
  @Test
  void withoutAccountsOnlyTheNamesOfTheMachineAreServed() throws IOException {
    List<String> own =
        List.of(
            "localhost",
            "LOCALHOST:8080",
            "localhost.",
            "a.localhost:1",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:80",
            "[0:0:0:0:0:0:0:1]");
    List<String> others =
        List.of(
            "example.test",
            "localhost.example.test:80",
            "notlocalhost",
            "127.0.0.1.example.test",
            "192.0.2.1",
            "[2001:db8::1]:80");
    try (TestServer open = TestServer.start(LocalTunnelConfig.builder().anonymous(true))) {
      for (String host : own) {
        assertThat(get(open, "Host: " + host + "\n").status()).as(host).isEqualTo(200);
      }
      for (String host : others) {
        RawConnection.Answer answer = get(open, "Host: " + host + "\n");
        assertThat(answer.status()).as(host).isEqualTo(403);
        assertThat(answer.body()).contains("<Code>AccessDenied</Code>").contains("localhost");
      }
    }
    try (TestServer signed =
        TestServer.start(LocalTunnelConfig.builder().account("ID1", "secret-1"))) {
      assertThat(get(signed, "Host: example.test\n").status()).as("signature").isEqualTo(401);
    }
  }

  private static RawConnection.Answer get(TestServer server, String host) throws IOException {
    try (RawConnection connection = new RawConnection(server.endpoint())) {
      return connection.send("GET /api/projects/demo HTTP/1.1\n" + host + "\n").answer();
    }
  }

  @Test
  void nobodyIsServedOnAddressesOfOthersWithoutAnAccount() throws IOException {
    for (String host : new String[] {"0.0.0.0", "::", "192.0.2.1"}) {
      assertThatThrownBy(() -> LocalTunnelConfig.builder().host(host).anonymous(true).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(host)
          .hasMessageContaining("name accounts");
      assertThatThrownBy(
              () ->
                  LocalTunnelConfig.builder()
                      .host(host)
                      .account("ID1", "secret-1")
                      .anonymous(true)
                      .build())
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String host : new String[] {"127.0.0.1", "127.0.0.2", "localhost"}) {
      try (LocalTunnel started =
          LocalTunnel.start(LocalTunnelConfig.builder().host(host).anonymous(true).build())) {
        assertThat(started.endpoint().getHost()).isEqualTo(host);
      }
    }
    try (LocalTunnel started =
        LocalTunnel.start(
            LocalTunnelConfig.builder().host("0.0.0.0").account("ID1", "secret-1").build())) {
      assertThat(started.endpoint().getHost()).isEqualTo("0.0.0.0");
    }
  }

  @Test
  void aServerThatNobodyCouldUseIsNotStarted() {
    assertThatThrownBy(() -> LocalTunnelConfig.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("account");
    assertThat(LocalTunnelConfig.builder().account("a", "very-secret").build().toString())
        .doesNotContain("very-secret");
  }
}
