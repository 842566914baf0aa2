package io.tunnel.server;

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
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    String authorization =
        v4
            ? "ODPS "
                + id
                + "/20260101/local/odps/aliyun_v4_request:"
                + RequestSigner.signatureV4(secret, "20260101", "local", canonical)
            : "ODPS " + id + ":" + RequestSigner.signatureV2(secret, canonical);
    return server.send("GET", sent, null, "Authorization", authorization, "Date", text);
  }

  @Test
  void bothSignatureVersionsAreAccepted() throws IOException {
    assertThat(get("/api/projects/demo", "ID1", "secret-1", NOW, false).statusCode())
        .isEqualTo(200);
    assertThat(
            get("/api/projects/demo/tables?extended&name=a", "ID1", "secret-1", NOW, true)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
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
  void unknownAccountsAndMissingSignaturesAreRefused() throws IOException {
    assertThat(TestServer.text(get("/api/projects/demo", "ID2", "secret-1", NOW, false)))
        .contains("ODPS-0410051");
    HttpResponse<byte[]> none = server.send("GET", "/api/projects/demo", null);
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(TestServer.text(none)).contains("<Code>Unauthorized</Code>");
  }

  /** Control plane, section 1.3: clients sign the first or the last value of a repeated name. */
  @Test
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

  @Test
  void aServerThatNobodyCouldUseIsNotStarted() {
    assertThatThrownBy(() -> LocalTunnelConfig.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("account");
    assertThat(LocalTunnelConfig.builder().account("a", "very-secret").build().toString())
        .doesNotContain("very-secret");
  }
}
