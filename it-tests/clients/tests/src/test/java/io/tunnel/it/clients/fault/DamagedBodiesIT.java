package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.BatchWriter;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are not what they should be, sent over plain HTTP: refused, and nothing is kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedBodiesIT {
  private static final int DAMAGES = 150;

  private final long seed = Long.getLong("tunnel.damage.seed", 20261121L);
  private final AtomicInteger tables = new AtomicInteger();
  private final HttpClient http = HttpClient.newHttpClient();
  private LocalTunnel server;
  private OurClient client;

  @BeforeAll
  void start() throws Exception {
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder().project(OurClient.PROJECT).anonymous(true).build());
    client = new OurClient(TunnelConfig.builder(server.endpoint(), OurClient.PROJECT).build());
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "record"})
  @Tag("covers:upload-put/corrupted")
  void aBodyWithOneChangedByteIsRefusedOrSaysTheSame(String form) throws Exception {
    byte[] body = body(form, ContentCoding.NONE, 50);
    Random random = new Random(seed);
    UploadSession session = session();
    Set<Integer> same = new TreeSet<>();
    for (int i = 0; i < DAMAGES; i++) {
      byte[] damaged = body.clone();
      int position = random.nextInt(body.length);
      damaged[position] ^= (byte) (1 + random.nextInt(255));
      HttpResponse<String> answer = put(session, i, form, null, damaged);
      if (answer.statusCode() == 200) {
        // A larger chunk size in front of a body that is smaller still says the same.
        same.add(i);
      } else {
        assertRefused(answer, form + " byte " + position + " of " + body.length + ", seed " + seed);
      }
    }
    session.commit(same);
    List<List<@Nullable Object>> expected = new ArrayList<>();
    same.forEach(block -> expected.addAll(rows(50)));
    assertThat(client.download(session.handle().table(), null))
        .as("accepted: %s, seed %d", same, seed)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(same).hasSizeLessThan(DAMAGES / 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "record"})
  @Tag("covers:upload-put/truncated")
  void aBodyThatEndsEarlyIsRefused(String form) throws Exception {
    byte[] body = body(form, ContentCoding.NONE, 50);
    Random random = new Random(seed);
    UploadSession session = session();
    for (int i = 0; i < 60; i++) {
      // Nothing at all is the empty block of the official SDK's Arrow writer.
      int length = i < 8 ? body.length - 1 - i : 5 + random.nextInt(body.length - 5);
      assertRefused(
          put(session, i, form, null, Arrays.copyOf(body, length)),
          form + " cut to " + length + " of " + body.length);
    }
    assertNothingKept(session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "record"})
  @Tag("covers:upload-put/trailing-bytes")
  void aBodyWithBytesBehindItsEndIsRefused(String form) throws Exception {
    byte[] body = body(form, ContentCoding.NONE, 5);
    UploadSession session = session();
    assertRefused(put(session, 0, form, null, Arrays.copyOf(body, body.length + 3)), form);
    assertNothingKept(session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "x-snappy-framed", "x-odps-lz4-frame", "zstd"})
  @Tag("covers:upload-put/broken-coding")
  void aCompressedBodyThatEndsEarlyOrIsDamagedIsRefused(String coding) throws Exception {
    byte[] body = body("arrow", ContentCoding.forWireName(coding), 3000);
    Random random = new Random(seed);
    UploadSession session = session();
    for (int i = 0; i < 40; i++) {
      byte[] damaged;
      if (i % 2 == 0) {
        damaged = Arrays.copyOf(body, random.nextInt(1, body.length - 20));
      } else {
        damaged = body.clone();
        int from = random.nextInt(body.length / 4, body.length / 2);
        for (int k = 0; k < 40; k++) {
          damaged[from + k] = (byte) random.nextInt();
        }
      }
      assertRefused(put(session, i, "arrow", coding, damaged), coding + ", damage " + i);
    }
    assertNothingKept(session);
  }

  @Test
  @Tag("covers:upload-put/other-schema")
  void aBodyOfAnotherSchemaIsRefused() throws Exception {
    UploadSession other = session("x DOUBLE");
    assertRefused(
        put(other, 0, "arrow", null, body("arrow", ContentCoding.NONE, 5)), "Arrow of t in other");
    assertRefused(
        put(other, 0, "record", null, body("record", ContentCoding.NONE, 5)), "records of t");
    other.reload();
    assertThat(other.blocks()).isEmpty();
  }

  @Test
  @Tag("covers:upload-put/huge-chunk-size")
  void aHugeChunkSizeIsRefusedWithoutBeingAllocated() throws Exception {
    UploadSession session = session();
    byte[] body = body("arrow", ContentCoding.NONE, 5);
    body[0] = 0x7f;
    assertRefused(put(session, 0, "arrow", null, body), "chunk size 0x7f010000");
    assertNothingKept(session);
  }

  @Test
  @Tag("covers:upload-put/unfinished")
  void aConnectionThatBreaksInMidBodyLeavesNoBlock() throws Exception {
    UploadSession session = session();
    byte[] body = body("arrow", ContentCoding.NONE, 2000);
    for (int length : List.of(0, 1, 100, body.length / 2, body.length)) {
      URI target = target(session, 0, "arrow");
      try (Socket socket = new Socket(target.getHost(), target.getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(
            ("PUT "
                    + target.getRawPath()
                    + "?"
                    + target.getRawQuery()
                    + " HTTP/1.1\r\nHost: "
                    + target.getAuthority()
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        if (length > 0) {
          out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
          out.write(body, 0, length);
          out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        // The chunk that ends the body never comes.
        out.flush();
      }
    }
    client.writeBlock(session, 1, rows(1));
    session.reload();
    assertThat(session.blocks()).containsExactly(1);
  }

  @Test
  @Tag("covers:upload-put/protobuf")
  @Tag("covers:upload-put/protobuf-deflate")
  @Tag("covers:upload-put/protobuf-snappy")
  @Tag("covers:upload-put/protobuf-lz4")
  @Tag("covers:upload-put/protobuf-odps-lz4")
  @Tag("covers:upload-put/protobuf-zstd")
  @Tag("covers:upload-put/arrow")
  @Tag("covers:upload-put/arrow-deflate")
  @Tag("covers:upload-put/arrow-snappy")
  @Tag("covers:upload-put/arrow-lz4")
  @Tag("covers:upload-put/arrow-odps-lz4")
  @Tag("covers:upload-put/arrow-zstd")
  void whatIsNotRefusedIsReadBackWhole() throws Exception {
    UploadSession session = session();
    Set<Integer> blocks = new TreeSet<>();
    int block = 0;
    for (ContentCoding coding : ContentCoding.values()) {
      for (String form : List.of("arrow", "record")) {
        HttpResponse<String> answer =
            put(session, block, form, coding.wireName(), body(form, coding, 20));
        assertThat(answer.statusCode()).as(form + " " + coding + answer.body()).isEqualTo(200);
        blocks.add(block++);
      }
    }
    session.commit(blocks);
    assertThat(client.select("SELECT COUNT(*), SUM(id) FROM " + session.handle().table()))
        .hasToString("[[" + 20 * block + ", " + 190 * block + "]]");
  }

  private void assertNothingKept(UploadSession session) throws IOException {
    session.reload();
    assertThat(session.blocks()).isEmpty();
  }

  private static void assertRefused(HttpResponse<String> answer, String what) {
    assertThat(answer.statusCode()).as("%s: %s", what, answer.body()).isEqualTo(400);
    assertThat(answer.body())
        .as(what)
        .containsPattern("MalformedDataStream|CorruptedDataStream|IncompleteBody");
    assertThat(answer.headers().firstValue("x-odps-request-id")).as(what).isPresent();
  }

  private UploadSession session() throws IOException {
    return session("id BIGINT, v STRING, d DECIMAL(10,2), a ARRAY<BIGINT>");
  }

  /** A session on a table of its own. */
  private UploadSession session(String columns) throws IOException {
    String table = "damaged_" + tables.incrementAndGet();
    client.sql("CREATE TABLE " + table + " (" + columns + ")");
    return client.client().createUpload(OurClient.table(table), UploadOptions.append());
  }

  private URI target(UploadSession session, int block, String form) {
    URI endpoint = server.endpoint();
    return URI.create(
        "http://"
            + endpoint.getAuthority()
            + "/projects/"
            + OurClient.PROJECT
            + "/tables/"
            + session.handle().table()
            + "?uploadid="
            + session.id()
            + "&blockid="
            + block
            + (form.equals("arrow") ? "&arrow" : ""));
  }

  private HttpResponse<String> put(
      UploadSession session, int block, String form, @Nullable String coding, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target(session, block, form))
            .header("x-odps-tunnel-version", "6")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
    if (coding != null) {
      request.header("Content-Encoding", coding);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private byte[] body(String form, ContentCoding coding, int rows) throws IOException {
    UploadSession session = session();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    OutputStream coded = coding.encode(bytes);
    try (BatchWriter writer =
            form.equals("arrow")
                ? new ArrowBatchWriter(coded)
                : new RecordWriter(coded, session.schema().columns());
        VectorSchemaRoot root = client.batch(session, rows(rows))) {
      writer.write(root);
      writer.finish();
    }
    coded.close();
    return bytes.toByteArray();
  }

  private static List<List<@Nullable Object>> rows(int count) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          Arrays.asList(
              String.valueOf(i),
              i % 7 == 0 ? null : "välue " + i,
              i + ".25",
              Arrays.asList(String.valueOf(-i), null)));
    }
    return rows;
  }
}
