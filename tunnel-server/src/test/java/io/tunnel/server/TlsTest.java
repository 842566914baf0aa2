package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a certificate. */
class TlsTest {
  @TempDir private Path folder;

  private static LocalTunnelConfig.Builder config(TestCertificate certificate) {
    return LocalTunnelConfig.builder()
        .account("me", "secret")
        .tls(certificate.chainPem(), certificate.keyPem());
  }

  private static TestServer start(TestCertificate certificate) throws Exception {
    return TestServer.start(
        config(certificate), HttpClient.newBuilder().sslContext(certificate.trusting()).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  @Tag("covers:identity/tls")
  @Tag("covers:discovery/https")
  void everyCallIsServedAndEveryAddressThatIsHandedOutIsHttps(String algorithm) throws Exception {
    try (TestServer server = start(TestCertificate.selfSigned(folder, algorithm))) {
      assertThat(server.endpoint()).hasScheme("https").hasHost("127.0.0.1");
      String authority = server.endpoint().getAuthority();
      SignedCalls me = new SignedCalls(server, "me", "secret");
      HttpResponse<byte[]> submitted =
          me.send(
              "POST",
              "/projects/demo/instances",
              SignedCalls.job("SQL", "Query", "CREATE TABLE t (id BIGINT)"));
      String location = submitted.headers().firstValue("Location").orElseThrow();
      assertThat(location).startsWith("https://" + authority + "/api/projects/demo/instances/");
      assertThat(me.end("demo", location.substring(location.lastIndexOf('/') + 1)))
          .startsWith("Success");
      assertThat(TestServer.text(me.send("GET", "/logview/host", null)))
          .isEqualTo("https://" + authority);
      // The client puts the scheme of the service endpoint in front of this.
      assertThat(TestServer.text(me.send("GET", "/projects/demo/tunnel?service", null)))
          .isEqualTo(authority);
      assertThat(TestServer.text(me.send("GET", "/projects/demo/tables/nothing", null)))
          .contains("<HostId>https://" + authority + "/api</HostId>");

      String upload = me.json("POST", "/projects/demo/tables/t?uploads").path("UploadID").asText();
      String session = "/projects/demo/tables/t?uploadid=" + upload;
      byte[] body = TestServer.body(List.of(), true, ContentCoding.NONE);
      assertThat(me.tunnel("PUT", session + "&blockid=0&arrow", body).statusCode()).isEqualTo(200);
      JsonNode committed = me.json("POST", session);
      assertThat(committed.path("Status").asText()).isEqualTo("closed");
    }
  }

  @Test
  void aCertificateThatAnAuthorityHasSignedComesWithItsChain() throws Exception {
    TestCertificate certificate = TestCertificate.signedByAuthority(folder);
    try (TestServer server = start(certificate)) {
      assertThat(new SignedCalls(server, "me", "secret").run("demo", "SELECT 1 AS one"))
          .isEqualTo("Success \"one\"\n1\n");
    }
  }

  @Test
  void whoDoesNotTrustItOrSpeaksPlainHttpIsNotServed() throws Exception {
    TestCertificate certificate = TestCertificate.selfSigned(folder, "EC");
    try (TestServer server = TestServer.start(config(certificate), HttpClient.newHttpClient())) {
      assertThatThrownBy(() -> server.send("GET", "/api/projects/demo", null))
          .isInstanceOf(SSLException.class);
      try (RawConnection plain = new RawConnection(server.endpoint())) {
        plain.send("GET /api/projects/demo HTTP/1.1\nHost: localhost\n\n");
        assertThat(plain.untilClosed()).doesNotContain("HTTP/1.1 200").doesNotContain("demo");
      }
    }
  }

  @Test
  void nothingOlderThanVersion12IsSpoken() throws Exception {
    TestCertificate certificate = TestCertificate.selfSigned(folder, "EC");
    try (TestServer server = start(certificate)) {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        try (SSLSocket socket = socket(certificate, server)) {
          socket.setEnabledProtocols(new String[] {version});
          socket.startHandshake();
          assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
      }
      for (String version : List.of("TLSv1", "TLSv1.1")) {
        try (SSLSocket socket = socket(certificate, server)) {
          socket.setEnabledProtocols(new String[] {version});
          assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
      }
    }
  }

  private static SSLSocket socket(TestCertificate certificate, TestServer server) throws Exception {
    return (SSLSocket)
        certificate
            .trusting()
            .getSocketFactory()
            .createSocket(server.endpoint().getHost(), server.endpoint().getPort());
  }

  @Test
  void ourClientGoesByTheTrustStoreOfItsJvm() throws Exception {
    TestCertificate certificate = TestCertificate.selfSigned(folder, "EC");
    try (TestServer server = start(certificate)) {
      TunnelConfig config =
          TunnelConfig.builder(server.endpoint(), "demo")
              .credentials(Credentials.accessKey("me", "secret"))
              .build();
      System.setProperty("javax.net.ssl.trustStore", certificate.trustStore().toString());
      System.setProperty("javax.net.ssl.trustStorePassword", TestCertificate.PASSWORD);
      try (TunnelClient client = TunnelClient.open(config)) {
        client.sql().submit("CREATE TABLE t (id BIGINT)", Map.of()).await(Duration.ofMinutes(1));
        assertThat(client.catalog().tables(null, null)).hasSize(1);
      } finally {
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
      }
    }
  }

  @Test
  void whatIsNoPairIsRefusedByWhatIsWrongWithIt() throws Exception {
    TestCertificate one = TestCertificate.selfSigned(folder, "EC");
    TestCertificate rsa = TestCertificate.selfSigned(folder, "RSA");
    TestCertificate other = TestCertificate.signedByAuthority(folder);
    assertRefused("no block \"-----BEGIN CERTIFICATE-----\"", one.keyPem(), one.keyPem());
    assertRefused("no block \"-----BEGIN CERTIFICATE-----\"", "", one.keyPem());
    assertRefused("no block \"-----BEGIN PRIVATE KEY-----\"", one.chainPem(), one.chainPem());
    assertRefused("no block \"-----BEGIN PRIVATE KEY-----\"", one.chainPem(), "");
    assertRefused("does not belong", one.chainPem(), other.keyPem());
    assertRefused("a key of the certificate's kind, RSA", rsa.chainPem(), one.keyPem());
    String damaged = one.keyPem().replaceFirst("\n....", "\nAAAA");
    assertRefused("cannot be read as a key", one.chainPem(), damaged);
    assertRefused(
        "The TLS certificate cannot be read",
        one.chainPem().replaceFirst("\n....", "\nAAAA"),
        one.keyPem());
    for (String form : List.of("RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY")) {
      assertRefused(
          "openssl pkcs8 -topk8 -nocrypt",
          one.chainPem(),
          one.keyPem().replace("PRIVATE KEY", form));
    }
    assertThat(config(one).build().toString())
        .contains("CN=server-EC")
        .doesNotContain(one.keyPem().split("\n")[1]);
  }

  private static void assertRefused(String reason, String chain, String key) {
    assertThatThrownBy(() -> LocalTunnelConfig.builder().tls(chain, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .satisfies(
            e -> {
              if (key.contains("PRIVATE KEY")) {
                assertThat(String.valueOf(e.getMessage())).doesNotContain(key.split("\n")[1]);
              }
            });
  }
}
