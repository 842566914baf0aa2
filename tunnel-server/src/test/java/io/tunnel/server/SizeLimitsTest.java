package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.limit.RateLimits;
import io.tunnel.server.limit.SteppedTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How large and how old things may be, and how fast they move: regular tunnel, section 2.8. */
class SizeLimitsTest {
  private static final int ANY = Integer.MAX_VALUE;
  private static final int MIB = 1 << 20;
  private static final Duration DAY = Duration.ofHours(24);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private LocalTunnelConfig.Builder config(ServerLimits limits) {
    return LocalTunnelConfig.builder().anonymous(true).clock(now::get).limits(limits);
  }

  private static ServerLimits withBlockBytes(long bytes) {
    ServerLimits base = ServerLimits.MAXCOMPUTE;
    return new ServerLimits(
        base.sessionLife(),
        base.blocks(),
        bytes,
        base.fieldBytes(),
        base.clockSkew(),
        base.idleTime(),
        base.keptInstances(),
        base.rates());
  }

  private static ServerLimits withPace(int bytesPerSecond) {
    return ServerLimits.DEFAULT.withRates(
        new RateLimits(ANY, ANY, ANY, ANY, ANY, ANY, ANY, bytesPerSecond));
  }

  private static Endpoint withTable(TestServer server) throws IOException {
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    return new Endpoint(server, "");
  }

  private static String answer(HttpResponse<byte[]> answer) throws IOException {
    return answer.statusCode() == 200
        ? "200"
        : answer.statusCode() + " " + TestServer.JSON.readTree(answer.body()).path("Code").asText();
  }

  private static HttpResponse<byte[]> put(TestServer server, String id, byte[] body)
      throws IOException {
    return server.putBlock("t", id, 0, body, true, ContentCoding.NONE, "");
  }

  /** The limits of the page on the data transmission service, item by item. */
  @Test
  void thePresetHasThePublishedNumbers() {
    ServerLimits limits = ServerLimits.MAXCOMPUTE;
    assertThat(limits.sessionLife()).isEqualTo(DAY);
    assertThat(limits.blocks()).isEqualTo(20_000);
    assertThat(limits.blockBytes()).isEqualTo(100_000_000_000L);
    assertThat(limits.fieldBytes()).isEqualTo(8 * MIB);
    assertThat(limits.rates().uploadSessions()).isEqualTo(500);
    assertThat(limits.rates().blocks()).isEqualTo(500);
    assertThat(limits.rates().activeUploads()).isEqualTo(32);
    assertThat(limits.rates().commits()).isEqualTo(75);
    assertThat(limits.rates().downloadSessions()).isEqualTo(200);
    assertThat(limits.rates().resultDownloads()).isEqualTo(200);
    assertThat(limits.rates().slots()).isEqualTo(300);
  }

  @Test
  @Tag("covers:upload-put/expired")
  @Tag("covers:upload-commit/expired")
  @Tag("covers:upload-reload/expired")
  void anUploadSessionLivesTwentyFourHours() throws IOException {
    try (TestServer server = TestServer.start(config(ServerLimits.MAXCOMPUTE))) {
      Endpoint endpoint = withTable(server);
      String kept = endpoint.upload("t");
      String late = endpoint.upload("t");
      byte[] body = UploadSessionTest.rows(server, "x", 1);
      now.updateAndGet(t -> t.plus(DAY));
      assertThat(answer(put(server, kept, body))).isEqualTo("200");
      assertThat(server.commit("t", kept, "").path("Status").asText()).isEqualTo("closed");
      now.updateAndGet(t -> t.plusMillis(1));
      assertThat(answer(put(server, late, body))).isEqualTo("409 StatusConflict");
      HttpResponse<byte[]> commit =
          server.send("POST", "/projects/demo/tables/t?uploadid=" + late, null);
      assertThat(answer(commit)).isEqualTo("409 StatusConflict");
      assertThat(server.json("GET", "/projects/demo/tables/t?uploadid=" + late).path("Status"))
          .hasToString("\"expired\"");
      assertThat(answer(put(server, endpoint.upload("t"), body))).isEqualTo("200");
    }
  }

  @Test
  @Tag("covers:download-data/expired")
  @Tag("covers:download-reload/expired")
  void aDownloadSessionLivesTwentyFourHours() throws IOException {
    try (TestServer server = TestServer.start(config(ServerLimits.MAXCOMPUTE))) {
      Endpoint endpoint = withTable(server);
      server.sql("INSERT INTO t VALUES (1, 'x')");
      String id = endpoint.download("t");
      String data = "/projects/demo/tables/t?data&downloadid=";
      now.updateAndGet(t -> t.plus(DAY));
      assertThat(server.send("GET", data + id, null).statusCode()).isEqualTo(200);
      now.updateAndGet(t -> t.plusMillis(1));
      assertThat(answer(server.send("GET", data + id, null))).isEqualTo("409 StatusConflict");
      assertThat(server.json("GET", "/projects/demo/tables/t?downloadid=" + id).path("Status"))
          .hasToString("\"expired\"");
      String next = endpoint.download("t");
      assertThat(server.send("GET", data + next, null).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ContentCoding.class,
      names = {"NONE", "DEFLATE"})
  @Tag("covers:upload-put/size-limit")
  void theSizeOfABlockIsCountedBehindItsCoding(ContentCoding coding) throws IOException {
    byte[] body;
    try (TestServer server = TestServer.start()) {
      body = UploadSessionTest.rows(server, "x".repeat(10_000), 1, 2, 3);
    }
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (OutputStream out = coding.encode(coded)) {
      out.write(body);
    }
    for (int over : new int[] {0, 1}) {
      try (TestServer server = TestServer.start(config(withBlockBytes(body.length - over)))) {
        String id = withTable(server).upload("t");
        assertThat(answer(server.putBlock("t", id, 0, coded.toByteArray(), true, coding, "")))
            .isEqualTo(over == 0 ? "200" : "400 MaxMessageLengthExceeded");
        assertThat(server.commit("t", id, "").path("UploadedBlockList")).hasSize(1 - over);
        assertThat(server.download("t", true)).hasSize(over == 0 ? 3 : 0);
      }
    }
  }

  @Test
  @Tag("covers:upload-put/field-limit")
  @Tag("covers:values-arrow/text-8mb")
  void aTextHasEightMebibytes() throws IOException {
    try (TestServer server = TestServer.start(config(ServerLimits.MAXCOMPUTE))) {
      withTable(server);
      var session = server.createUpload("t", "");
      String id = session.path("UploadID").asText();
      assertThat(session.path("MaxFieldSize").asInt()).isEqualTo(8_388_608);
      String most = "x".repeat(8 * MIB);
      HttpResponse<byte[]> refused = put(server, id, UploadSessionTest.rows(server, most + "x", 1));
      assertThat(answer(refused)).isEqualTo("400 MalformedDataStream");
      assertThat(TestServer.text(refused)).contains("name").contains("8388609");
      // Bytes count, not characters.
      String wide = "\u00e9".repeat(4 * MIB) + "x";
      assertThat(answer(put(server, id, UploadSessionTest.rows(server, wide, 1))))
          .isEqualTo("400 MalformedDataStream");
      assertThat(answer(put(server, id, UploadSessionTest.rows(server, most, 1)))).isEqualTo("200");
      server.commit("t", id, "");
      assertThat(server.download("t", true)).containsExactly("1|" + most);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 10_000_000})
  @Tag("covers:upload-put/speed-limit")
  @Tag("covers:download-data/speed-limit")
  void blocksAndRowRangesMoveAtTheirPace(int bytesPerSecond) throws IOException {
    SteppedTime time = new SteppedTime();
    try (TestServer server = TestServer.start(config(withPace(bytesPerSecond)), time)) {
      Endpoint endpoint = withTable(server);
      byte[] body = UploadSessionTest.rows(server, "x".repeat(999), new long[300]);
      String id = endpoint.upload("t");
      assertThat(answer(put(server, id, body))).isEqualTo("200");
      long nanosPerByte = 1_000_000_000 / bytesPerSecond;
      assertThat(time.nanos()).isEqualTo(body.length * nanosPerByte);
      server.commit("t", id, "");
      String download = endpoint.download("t");
      assertThat(time.nanos()).as("nothing else is slowed").isEqualTo(body.length * nanosPerByte);
      HttpResponse<byte[]> rows =
          server.send("GET", "/projects/demo/tables/t?data&downloadid=" + download, null);
      assertThat(rows.statusCode()).isEqualTo(200);
      assertThat(time.nanos()).isEqualTo((body.length + rows.body().length) * nanosPerByte);
    }
  }

  @Test
  void withoutThatLimitNothingIsSlowed() throws IOException {
    SteppedTime time = new SteppedTime();
    try (TestServer server = TestServer.start(config(ServerLimits.MAXCOMPUTE), time)) {
      String id = withTable(server).upload("t");
      byte[] body = UploadSessionTest.rows(server, "x".repeat(999), new long[300]);
      assertThat(answer(put(server, id, body))).isEqualTo("200");
      assertThat(time.nanos()).isZero();
    }
  }
}
