package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes on a socket: only a request that has ended properly makes a block, because an empty block
 * is legal and would silently replace the rows of the block before it (specification: regular
 * tunnel, sections 2.4 and 4.1.2).
 */
class UnfinishedRequestTest {
  private static final String LAST_CHUNK = "0\r\n\r\n";

  @TempDir private Path directory;
  private TestServer server;
  private String id;

  @BeforeEach
  void start() throws IOException {
    server = open();
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    id = server.createUpload("t", "").path("UploadID").asText();
    assertThat(
            server.putBlock("t", id, 0, rows(1, 2, 3), true, ContentCoding.NONE, "").statusCode())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private TestServer open() throws IOException {
    return TestServer.start(
        LocalTunnelConfig.builder().anonymous(true).dataDirectory(directory.resolve("data")));
  }

  private byte[] rows(long... ids) throws IOException {
    return UploadSessionTest.rows(server, "kept", ids);
  }

  /** A request whose bytes are all sent before the connection is closed. */
  private record Case(String name, boolean arrow, String headers, byte[] body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] chunk(byte[] bytes) {
    byte[] head = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return join(head, bytes, "\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static Stream<Case> unfinished() throws IOException {
    List<Case> cases = new ArrayList<>();
    String chunked = "Transfer-Encoding: chunked\r\n";
    for (boolean arrow : new boolean[] {true, false}) {
      String form = arrow ? "arrow: " : "records: ";
      byte[] empty = arrow ? new byte[4] : hex("f0ffff7f00f8ffff7f00");
      byte[] none = new byte[0];
      cases.add(new Case(form + "chunked, nothing sent", arrow, chunked, none));
      cases.add(new Case(form + "a chunk without bytes", arrow, chunked, ascii("4\r\n")));
      cases.add(new Case(form + "half a chunk size", arrow, chunked, ascii("1")));
      cases.add(
          new Case(form + "half a chunk", arrow, chunked, Arrays.copyOf(chunk(new byte[64]), 20)));
      cases.add(new Case(form + "an empty body, no last chunk", arrow, chunked, chunk(empty)));
      cases.add(
          new Case(
              form + "an empty body, half a last chunk",
              arrow,
              chunked,
              join(chunk(empty), ascii("0"))));
      cases.add(
          new Case(form + "an empty body, too short", arrow, "Content-Length: 20\r\n", empty));
      cases.add(new Case(form + "length, nothing sent", arrow, "Content-Length: 4\r\n", none));
      for (ContentCoding coding : ContentCoding.values()) {
        if (coding != ContentCoding.NONE) {
          ByteArrayOutputStream coded = new ByteArrayOutputStream();
          try (OutputStream out = coding.encode(coded)) {
            out.write(empty);
          }
          cases.add(
              new Case(
                  form + "an empty " + coding.wireName() + " body, no last chunk",
                  arrow,
                  chunked + "Content-Encoding: " + coding.wireName() + "\r\n",
                  chunk(coded.toByteArray())));
        }
      }
    }
    return cases.stream();
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }

  @ParameterizedTest
  @MethodSource("unfinished")
  void whatHasNotEndedIsNoBlock(Case request) throws IOException {
    String answer = send(request);
    assertThat(answer).doesNotContain("HTTP/1.1 200");
    requireRowsAreKept();
  }

  @ParameterizedTest
  @MethodSource("unfinished")
  void whatIsResetIsNoBlock(Case request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes(request));
      socket.getOutputStream().flush();
      // The connection is reset, not closed.
      socket.setSoLinger(true, 0);
    }
    // A close waits for the requests that run.
    server.close();
    server = open();
    requireRowsAreKept();
  }

  @Test
  void bodiesWithoutTheirChecksumsAreNoBlocks() throws IOException {
    byte[] body = rows(4, 5);
    for (int cut = 1; cut < body.length; cut++) {
      byte[] part = Arrays.copyOf(body, cut);
      String answer =
          send(
              new Case(
                  "",
                  true,
                  "Transfer-Encoding: chunked\r\nConnection: close\r\n",
                  join(chunk(part), ascii(LAST_CHUNK))));
      assertThat(answer).as("%s bytes", cut).contains("HTTP/1.1 400");
    }
    // Records must end with their trailer; a body of no bytes has none.
    for (byte[] part : List.of(new byte[0], hex("f0ffff7f00"), hex("f0ffff7f00f8ffff7f"))) {
      String answer =
          send(
              new Case(
                  "", false, "Content-Length: " + part.length + "\r\nConnection: close\r\n", part));
      assertThat(answer).contains("HTTP/1.1 400");
    }
    requireRowsAreKept();
  }

  @Test
  void anEmptyBodyThatHasEndedReplacesTheBlock() throws IOException {
    List<byte[]> bodies = List.of(new byte[0], new byte[4], hex("0001000000000000"));
    for (byte[] body : bodies) {
      for (boolean chunked : new boolean[] {true, false}) {
        server.putBlock("t", id, 0, rows(1), true, ContentCoding.NONE, "");
        String headers =
            (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                + "\r\nConnection: close\r\n";
        byte[] framed =
            !chunked ? body : join(body.length == 0 ? body : chunk(body), ascii(LAST_CHUNK));
        assertThat(send(new Case("", true, headers, framed))).contains("HTTP/1.1 200");
        assertThat(recordCounts()).containsExactly("0");
      }
    }
  }

  /** Its sender has said that nothing more comes; only the empty line behind that is missing. */
  @Test
  void aLastChunkEndsTheBody() throws IOException {
    String chunked = "Transfer-Encoding: chunked\r\n";
    byte[] body = join(chunk(rows(7)), ascii("0\r\n"));
    assertThat(send(new Case("", true, chunked, body))).contains("HTTP/1.1 200");
    assertThat(recordCounts()).containsExactly("1");
  }

  private void requireRowsAreKept() throws IOException {
    assertThat(recordCounts()).containsExactly("3");
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactly("1|kept", "2|kept", "3|kept");
  }

  private List<String> recordCounts() throws IOException {
    JsonNode session = server.json("GET", "/projects/demo/tables/t?uploadid=" + id);
    return session.path("UploadedBlockList").findValuesAsText("RecordCount");
  }

  private Socket connect() throws IOException {
    return new Socket(server.endpoint().getHost(), server.endpoint().getPort());
  }

  private byte[] bytes(Case request) {
    return join(
        ascii(
            String.format(
                Locale.ROOT,
                "PUT /projects/demo/tables/t?uploadid=%s&blockid=0%s HTTP/1.1\r\nHost: x\r\n%s\r\n",
                id,
                request.arrow() ? "&arrow" : "",
                request.headers())),
        request.body());
  }

  /** Sends the bytes, then the end of the stream; returns everything that comes back. */
  private String send(Case request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes(request));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
