package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.CanonicalRequest;
import io.tunnel.protocol.http.RequestSigner;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Content-MD5: control plane, section 1.2 rule 6 and section 1.8 point 5. */
class AnnouncedDigestTest {
  private static final byte[] STATEMENT =
      SignedCalls.job("SQL", "Query", "CREATE TABLE made (id BIGINT)").getBytes(UTF_8);

  private TestServer server;
  private SignedCalls account;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().account("me", "secret"));
    account = new SignedCalls(server, "me", "secret");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static byte[] md5(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("MD5").digest(bytes);
  }

  private HttpResponse<byte[]> submit(String md5) throws IOException {
    return account.send("/api", "POST", "/projects/demo/instances", STATEMENT, "Content-MD5", md5);
  }

  @Test
  @Tag("covers:identity/content-md5")
  void aDocumentMustHaveTheDigestThatItAnnounces() throws Exception {
    String right = HexFormat.of().formatHex(md5(STATEMENT));
    String wrong = HexFormat.of().formatHex(md5("something else".getBytes(UTF_8)));
    HttpResponse<byte[]> refused = submit(wrong);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(TestServer.text(refused)).contains("<Code>CorruptedDataStream</Code>");
    for (String malformed :
        new String[] {Base64.getEncoder().encodeToString(md5(STATEMENT)), right + "00", "x"}) {
      HttpResponse<byte[]> answer = submit(malformed);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(TestServer.text(answer)).contains("<Code>MalformedHeaderValue</Code>");
    }
    assertThat(account.run("demo", "SHOW TABLES")).isEqualTo("Success ");
    assertThat(submit(right).statusCode()).isEqualTo(201);
    assertThat(submit(right.toUpperCase(Locale.ROOT)).statusCode()).isEqualTo(201);
  }

  /** The digest is signed, so together they protect the body. */
  @Test
  @Tag("covers:identity/content-md5")
  void nobodyOnTheWayCanChangeTheDigest() throws Exception {
    String right = HexFormat.of().formatHex(md5(STATEMENT));
    byte[] other = SignedCalls.job("SQL", "Query", "DROP TABLE made").getBytes(UTF_8);
    String forged = HexFormat.of().formatHex(md5(other));
    String date = RequestSigner.httpDate(Instant.now());
    String signed =
        CanonicalRequest.of(
            "POST",
            "/projects/demo/instances",
            Map.of(),
            Map.of("Date", date, "Content-MD5", right));
    String authorization = "ODPS me:" + RequestSigner.signatureV2("secret", signed);
    assertThat(sent(other, authorization, date, forged)).contains("<Code>SignatureNotMatch</Code>");
    assertThat(sent(other, authorization, date, right))
        .contains("<Code>CorruptedDataStream</Code>");
  }

  private String sent(byte[] document, String authorization, String date, String digest)
      throws IOException {
    return TestServer.text(
        server.send(
            "POST",
            "/api/projects/demo/instances",
            document,
            "Authorization",
            authorization,
            "Date",
            date,
            "Content-MD5",
            digest));
  }

  @Test
  @Tag("covers:identity/content-md5")
  void aBlockWithAnotherDigestDoesNotCount() throws Exception {
    assertThat(account.run("demo", "CREATE TABLE t (id BIGINT)")).startsWith("Success");
    JsonNode session = account.json("POST", "/projects/demo/tables/t?uploads");
    String path =
        "/projects/demo/tables/t?uploadid=" + session.path("UploadID").asText() + "&arrow&blockid=";
    byte[] empty = TestServer.body(List.of(), true, ContentCoding.NONE);
    String right = HexFormat.of().formatHex(md5(empty));
    String wrong = HexFormat.of().formatHex(md5(STATEMENT));
    HttpResponse<byte[]> refused = account.send("", "PUT", path + "0", empty, "Content-MD5", wrong);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(TestServer.JSON.readTree(refused.body()).path("Code").asText())
        .isEqualTo("CorruptedDataStream");
    assertThat(account.send("", "PUT", path + "1", empty, "Content-MD5", right).statusCode())
        .isEqualTo(200);
    JsonNode blocks =
        account.json("GET", path.substring(0, path.indexOf("&arrow"))).path("UploadedBlockList");
    assertThat(blocks).hasSize(1);
    assertThat(blocks.get(0).path("BlockID").asInt()).isEqualTo(1);
  }
}
