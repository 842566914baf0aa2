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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes on a socket: only a request that has ended properly makes a block, because an empty block
 * is legal and would silently replace the rows of the block before it (specification: regular
 * tunnel, sections 2.4 and 4.1.2).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnfinishedRequestTest {
  private static final String LAST_CHUNK = "0\r\n\r\n";

  @TempDir private static Path directory;
  private TestServer server;
  private int tables;

  @BeforeAll
  void start() throws IOException {
    server = open();
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  private TestServer open() throws IOException {
    return TestServer.start(
        LocalTunnelConfig.builder().anonymous(true).dataDirectory(directory.resolve("data")));
  }

  /** A session with three rows in block 0, on a table of its own. */
  private record Target(String table, String id) {}

  private Target target() throws IOException {
    String table = "t" + ++tables;
    server.sql("CREATE TABLE " + table + " (id BIGINT, name STRING)");
    String id = server.createUpload(table, "").path("UploadID").asText();
    assertThat(
            server.putBlock(table, id, 0, rows(1, 2, 3), true, ContentCoding.NONE, "").statusCode())
        .isEqualTo(200);
    return new Target(table, id);
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
  @Tag("covers:upload-put/unfinished")
  void whatHasNotEndedIsNoBlock(Case request) throws IOException {
    Target target = target();
    String answer = send(target, request);
    assertThat(answer).doesNotContain("HTTP/1.1 200");
    requireRowsAreKept(target, request.name());
  }

  @Test
  @Tag("covers:upload-put/reset")
  void whatIsResetIsNoBlock() throws IOException {
    Map<Case, Target> targets = new LinkedHashMap<>();
    for (Case request : unfinished().toList()) {
      Target target = target();
      targets.put(request, target);
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes(target, request));
        socket.getOutputStream().flush();
        // The connection is reset, not closed.
        socket.setSoLinger(true, 0);
      }
    }
    // A close waits for the requests that run.
    server.close();
    server = open();
    for (Map.Entry<Case, Target> target : targets.entrySet()) {
      requireRowsAreKept(target.getValue(), target.getKey().name());
    }
  }

  @Test
  @Tag("covers:upload-put/truncated")
  void bodiesWithoutTheirChecksumsAreNoBlocks() throws IOException {
    Target target = target();
    byte[] body = rows(4, 5);
    for (int cut = 1; cut < body.length; cut++) {
      byte[] part = Arrays.copyOf(body, cut);
      String answer =
          send(
              target,
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
              target,
              new Case(
                  "", false, "Content-Length: " + part.length + "\r\nConnection: close\r\n", part));
      assertThat(answer).contains("HTTP/1.1 400");
    }
    requireRowsAreKept(target, "bodies without their ends");
  }

  @Test
  @Tag("covers:upload-put/empty-arrow")
  void anEmptyBodyThatHasEndedReplacesTheBlock() throws IOException {
    Target target = target();
    List<byte[]> bodies = List.of(new byte[0], new byte[4], hex("0001000000000000"));
    for (byte[] body : bodies) {
      for (boolean chunked : new boolean[] {true, false}) {
        server.putBlock(target.table(), target.id(), 0, rows(1), true, ContentCoding.NONE, "");
        String headers =
            (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                + "\r\nConnection: close\r\n";
        byte[] framed =
            !chunked ? body : join(body.length == 0 ? body : chunk(body), ascii(LAST_CHUNK));
        assertThat(send(target, new Case("", true, headers, framed))).contains("HTTP/1.1 200");
        assertThat(recordCounts(target)).containsExactly("0");
      }
    }
  }

  /** Its sender has said that nothing more comes; only the empty line behind that is missing. */
  @Test
  void aLastChunkEndsTheBody() throws IOException {
    Target target = target();
    String chunked = "Transfer-Encoding: chunked\r\n";
    byte[] body = join(chunk(rows(7)), ascii("0\r\n"));
    assertThat(send(target, new Case("", true, chunked, body))).contains("HTTP/1.1 200");
    assertThat(recordCounts(target)).containsExactly("1");
  }

  private void requireRowsAreKept(Target target, String name) throws IOException {
    assertThat(recordCounts(target)).as(name).containsExactly("3");
    server.commit(target.table(), target.id(), "");
    assertThat(server.download(target.table(), true))
        .as(name)
        .containsExactly("1|kept", "2|kept", "3|kept");
  }

  private List<String> recordCounts(Target target) throws IOException {
    JsonNode session =
        server.json("GET", "/projects/demo/tables/" + target.table() + "?uploadid=" + target.id());
    return session.path("UploadedBlockList").findValuesAsText("RecordCount");
  }

  private Socket connect() throws IOException {
    return new Socket(server.endpoint().getHost(), server.endpoint().getPort());
  }

  private static byte[] bytes(Target target, Case request) {
    return join(
        ascii(
            String.format(
                Locale.ROOT,
                "PUT /projects/demo/tables/%s?uploadid=%s&blockid=0%s HTTP/1.1\r\n"
                    + "Host: localhost\r\n%s\r\n",
                target.table(),
                target.id(),
                request.arrow() ? "&arrow" : "",
                request.headers())),
        request.body());
  }

  /** Sends the bytes, then the end of the stream; returns everything that comes back. */
  private String send(Target target, Case request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes(target, request));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
