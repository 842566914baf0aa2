package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Clients that are slow, silent, or do not speak HTTP well. */
@Timeout(120)
class ConnectionTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(config(Duration.ofSeconds(30)));
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  private static LocalTunnelConfig.Builder config(Duration idleTime) {
    return LocalTunnelConfig.builder()
        .anonymous(true)
        .limits(ServerLimits.DEFAULT.withIdleTime(idleTime));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(server.endpoint());
  }

  private String upload() throws IOException {
    return server.createUpload("t", "").path("UploadID").asText();
  }

  private static String putHead(String id, int block) {
    return "PUT /projects/demo/tables/t?uploadid="
        + id
        + "&blockid="
        + block
        + "&arrow HTTP/1.1\nHost: localhost\n";
  }

  private List<Integer> blocks(String id) throws IOException {
    List<Integer> ids = new ArrayList<>();
    server
        .json("GET", "/projects/demo/tables/t?uploadid=" + id)
        .path("UploadedBlockList")
        .forEach(block -> ids.add(block.path("BlockID").asInt()));
    return ids;
  }

  private static void assertServiceError(RawConnection.Answer answer, int status, String code)
      throws Exception {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/xml");
    Element error =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(answer.body())))
            .getDocumentElement();
    assertThat(error.getTagName()).isEqualTo("Error");
    for (String name : List.of("Code", "Message", "RequestId", "HostId")) {
      assertThat(error.getElementsByTagName(name).item(0).getTextContent()).isNotBlank();
    }
    assertThat(error.getElementsByTagName("Code").item(0).getTextContent()).isEqualTo(code);
    assertThat(error.getElementsByTagName("RequestId").item(0).getTextContent())
        .isEqualTo(answer.requestId());
  }

  private static void assertTunnelError(RawConnection.Answer answer, int status, String code)
      throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/json");
    JsonNode error = TestServer.JSON.readTree(answer.body());
    assertThat(error.path("Code").asText()).isEqualTo(code);
    assertThat(error.path("Message").asText()).isNotBlank();
    assertThat(error.path("RequestId").asText()).isNotEmpty().isEqualTo(answer.requestId());
  }

  /** Regular tunnel, section 7.2: RequestTimeOut. */
  @Test
  @Tag("covers:upload-put/silent")
  @Tag("covers:request/idle")
  void aBlockOnWhichNothingArrivesForTooLongIsAnsweredAsSuch() throws IOException {
    try (TestServer impatient = TestServer.start(config(Duration.ofMillis(300)))) {
      impatient.sql("CREATE TABLE t (id BIGINT, name STRING)");
      String id = impatient.createUpload("t", "").path("UploadID").asText();
      try (RawConnection connection = new RawConnection(impatient.endpoint())) {
        connection.send(putHead(id, 0) + "Transfer-Encoding: chunked\n\n4\n").send("\0\1\0\0");
        assertTunnelError(connection.answer(), 400, "RequestTimeOut");
        assertThat(connection.untilClosed()).isEmpty();
      }
    }
  }

  @Test
  @Tag("covers:upload-put/no-framing")
  void aBlockWithoutAnyFramingIsRefusedAndCountsAsNoBlock() throws IOException {
    String id = upload();
    try (RawConnection connection = connect()) {
      connection.send(putHead(id, 0) + "\n");
      assertTunnelError(connection.answer(), 400, "MissingContentLength");
    }
    assertThat(blocks(id)).isEmpty();
    try (RawConnection connection = connect()) {
      // The official SDK's empty block.
      connection.send(putHead(id, 1) + "Content-Length: 0\n\n");
      assertThat(connection.answer().status()).isEqualTo(200);
    }
    assertThat(blocks(id)).containsExactly(1);
  }

  @Test
  @Tag("covers:request/not-http")
  void whatIsNoHttpIsRefusedInTheFormOfTheEndpoint() throws Exception {
    String large = "x".repeat(100_000);
    try (RawConnection connection = connect()) {
      connection.send("GET /api/projects/demo HTTP/1.1\nHost: localhost\nA: " + large + "\n\n");
      assertServiceError(connection.answer(), 400, "MaxMessageLengthExceeded");
    }
    try (RawConnection connection = connect()) {
      connection.send(
          "GET /projects/demo/tables/t HTTP/1.1\nHost: localhost\nA: " + large + "\n\n");
      assertTunnelError(connection.answer(), 400, "MaxMessageLengthExceeded");
    }
    try (RawConnection connection = connect()) {
      connection.send("GET /projects/" + large + " HTTP/1.1\nHost: localhost\n\n");
      assertTunnelError(connection.answer(), 400, "MaxMessageLengthExceeded");
    }
    try (RawConnection connection = connect()) {
      connection.send("GET /api/projects/demo HTTP/1.1\nHost: localhost\nno header line\n\n");
      assertServiceError(connection.answer(), 400, "InvalidArgument");
    }
    for (String head :
        List.of("complete nonsense", "GET /api/projects/%zz HTTP/1.1\nHost: localhost")) {
      try (RawConnection connection = connect()) {
        connection.send(head + "\n\n");
        assertTunnelError(connection.answer(), 400, "InvalidArgument");
      }
    }
    try (RawConnection connection = connect()) {
      connection.send("GET /api/projects/demo?a=%zz HTTP/1.1\nHost: localhost\n\n");
      assertServiceError(connection.answer(), 400, "InvalidURI");
    }
    try (RawConnection connection = connect()) {
      connection.send(
          "PUT /projects/demo/tables/t?uploadid=1&blockid=0 HTTP/1.1\nHost: localhost\n"
              + "Content-Length: 5\nTransfer-Encoding: gzip\n\nabcde");
      assertTunnelError(connection.answer(), 400, "InvalidArgument");
    }
  }

  @Test
  void documentsMayHaveSixteenMebibytes() throws IOException {
    int most = 16 << 20;
    for (int bytes : new int[] {most, most + 1}) {
      byte[] document = new byte[bytes];
      Arrays.fill(document, (byte) 'x');
      for (HttpResponse<byte[]> answer :
          List.of(
              server.send("POST", "/api/projects/demo/instances", document),
              server.sendStream(
                  "POST",
                  "/api/projects/demo/instances",
                  () -> new ByteArrayInputStream(document)))) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.text(answer))
            .contains(
                bytes == most
                    ? "<Code>MalformedXML</Code>"
                    : "<Code>MaxMessageLengthExceeded</Code>");
      }
    }
  }

  @Test
  void controlCharactersInNamesLeaveTheAnswerWellFormed() throws Exception {
    try (RawConnection connection = connect()) {
      connection.send(
          "GET /api/projects/demo/tables/a%01%0B%1F%EF%BF%BF]]%3E HTTP/1.1\nHost: localhost\n\n");
      assertServiceError(connection.answer(), 404, "NoSuchTable");
    }
  }

  /** More slow writers than the server has threads for. */
  @Test
  void slowWritersNeverKeepOtherCallsFromBeingServed() throws IOException {
    String id = upload();
    List<RawConnection> writers = new ArrayList<>();
    try {
      int refused = 0;
      for (int block = 0; block < 400; block++) {
        RawConnection writer = connect();
        writers.add(writer);
        writer.send(putHead(id, block) + "Transfer-Encoding: chunked\n\n4\n").send("\0\1\0\0\n");
      }
      assertThat(server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("Status"))
          .hasToString("\"normal\"");
      assertThat(server.sql("SELECT 1 AS one")).isEqualTo("\"one\"\n1\n");
      // All of them go on; those that found no place have been told so.
      for (RawConnection writer : writers) {
        writer.send("4\n").send(new byte[4]).send("\n0\n\n");
        RawConnection.Answer answer = writer.answer();
        if (answer.status() != 200) {
          assertTunnelError(answer, 429, "SlotExceeded");
          refused++;
        }
      }
      assertThat(refused).isPositive();
      assertThat(blocks(id)).hasSize(400 - refused);
    } finally {
      for (RawConnection writer : writers) {
        writer.close();
      }
    }
  }

  @Test
  void slowDocumentsHoldNoThreads() throws IOException {
    List<RawConnection> writers = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        RawConnection writer = connect();
        writers.add(writer);
        writer.send(
            "POST /api/projects/demo/instances HTTP/1.1\nHost: localhost\nContent-Length: 9\n\n<Inst");
      }
      assertThat(server.sql("SELECT 1 AS one")).isEqualTo("\"one\"\n1\n");
      RawConnection last = writers.get(499).send("ance");
      assertThat(last.answer().body()).contains("<Code>MalformedXML</Code>");
    } finally {
      for (RawConnection writer : writers) {
        writer.close();
      }
    }
  }

  @Test
  @Timeout(20) // a close used to wait 30 s for such clients
  void aCloseDoesNotWaitForSilentClients() throws IOException {
    try (TestServer closed = TestServer.start(config(Duration.ofSeconds(120)))) {
      closed.sql("CREATE TABLE t (id BIGINT, name STRING)");
      String id = closed.createUpload("t", "").path("UploadID").asText();
      try (RawConnection block = new RawConnection(closed.endpoint());
          RawConnection document = new RawConnection(closed.endpoint())) {
        block.send(putHead(id, 0) + "Transfer-Encoding: chunked\n\n4\n").send("\0\1\0\0\n");
        document.send(
            "POST /api/projects/demo/instances HTTP/1.1\nHost: localhost\nContent-Length: 9\n\n<Inst");
        closed.close();
        assertThat(block.untilClosed()).doesNotContain("200 OK");
        assertThat(document.untilClosed()).doesNotContain("200 OK");
      }
    }
  }

  @Test
  void anErrorIsToldBeforeTheBodyHasEndedAndTheConnectionGoesOn() throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(putHead("unknown", 0) + "Content-Length: 8\n\nabcd");
      assertTunnelError(connection.answer(), 404, "NoSuchUpload");
      connection.send("efgh").send("GET /projects/demo HTTP/1.1\nHost: localhost\n\n");
      assertThat(connection.answer().status()).isEqualTo(200);
    }
  }
}
