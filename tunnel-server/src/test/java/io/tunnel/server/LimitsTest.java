package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.limit.Pace;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Regular tunnel, section 2.8, and the published limits of the service. */
class LimitsTest {
  private static final byte[] EMPTY_BLOCK = {0, 0, 0, 0};

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(config(ServerLimits.MAXCOMPUTE));
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE other (id BIGINT)");
  }

  private LocalTunnelConfig.Builder config(ServerLimits limits) {
    return LocalTunnelConfig.builder().anonymous(true).clock(now::get).limits(limits);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void advance(Duration time) {
    now.updateAndGet(old -> old.plus(time));
  }

  private HttpResponse<byte[]> post(String table, String query) throws IOException {
    return server.send("POST", "/projects/demo/tables/" + table + "?" + query, null);
  }

  private String upload(String table) throws IOException {
    return server.createUpload(table, "").path("UploadID").asText();
  }

  private HttpResponse<byte[]> block(String table, String id, int block) throws IOException {
    return server.putBlock(table, id, block, EMPTY_BLOCK, true, ContentCoding.NONE, "");
  }

  @Test
  @Tag("covers:upsert-commit/rate-limit")
  void oneUpsertCommitOfATableOrPartitionInAMinute() throws IOException {
    for (String table : List.of("d", "e")) {
      server.sql(
          "CREATE TABLE "
              + table
              + " (k BIGINT, PRIMARY KEY (k)) PARTITIONED BY (ds STRING) TBLPROPERTIES"
              + " (\"transactional\"=\"true\")");
      server.sql("ALTER TABLE " + table + " ADD PARTITION (ds='a') PARTITION (ds='b')");
    }
    UpsertCalls first = new UpsertCalls(server, "d", "&partition=ds%3Da");
    UpsertCalls second = new UpsertCalls(server, "d", "&partition=ds%3Da");
    first.write(0, "U 1");
    second.write(0, "U 2");
    first.status("POST");
    assertRefused(second.call("POST"), "FlowExceeded");
    assertThat(first.status("POST")).isEqualTo("committed");
    assertThat(second.status("GET")).isEqualTo("normal");
    new UpsertCalls(server, "d", "&partition=ds%3Db").status("POST");
    new UpsertCalls(server, "e", "&partition=ds%3Da").status("POST");
    advance(Duration.ofSeconds(59));
    assertRefused(second.call("POST"), "FlowExceeded");
    advance(Duration.ofSeconds(1));
    assertThat(second.status("POST")).isEqualTo("committed");
    assertThat(server.sql("SELECT k FROM d WHERE ds = 'a' ORDER BY k")).isEqualTo("\"k\"\n1\n2\n");
  }

  private static void assertRefused(HttpResponse<byte[]> answer, String code) throws IOException {
    JsonNode error = TestServer.JSON.readTree(answer.body());
    assertThat(answer.statusCode()).as(error.toString()).isEqualTo(429);
    assertThat(error.path("Code").asText()).isEqualTo(code);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
  }

  @Test
  @Tag("covers:upload-create/limit")
  void fiveHundredUploadSessionsOfATableInFiveMinutes() throws IOException {
    for (int i = 0; i < 500; i++) {
      upload("t");
      if (i == 249) {
        advance(Duration.ofMinutes(4));
      }
    }
    HttpResponse<byte[]> refused = post("T", "uploads");
    assertRefused(refused, "FlowExceeded");
    assertThat(refused.headers().firstValue("Retry-After")).contains("60");
    upload("other");
    advance(Duration.ofSeconds(59));
    assertRefused(post("t", "uploads"), "FlowExceeded");
    advance(Duration.ofSeconds(1));
    for (int i = 0; i < 250; i++) {
      upload("t");
    }
    assertRefused(post("t", "uploads"), "FlowExceeded");
  }

  @Test
  void sessionsThatWereNotCreatedDoNotCount() throws IOException {
    for (int i = 0; i < 501; i++) {
      assertThat(post("absent", "uploads").statusCode()).isEqualTo(404);
    }
  }

  @Test
  @Tag("covers:upload-put/rate-limit")
  void fiveHundredBlocksOfATableInFiveMinutes() throws IOException {
    String id = upload("t");
    for (int i = 0; i < 500; i++) {
      assertThat(block("t", id, i).statusCode()).isEqualTo(200);
    }
    assertRefused(block("t", id, 500), "FlowExceeded");
    assertThat(block("other", upload("other"), 0).statusCode()).isEqualTo(200);
    advance(Duration.ofMinutes(5));
    assertThat(block("t", id, 500).statusCode()).isEqualTo(200);
  }

  @Test
  @Tag("covers:upload-commit/rate-limit")
  void seventyFiveCommitsOfATableInFifteenSeconds() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 76; i++) {
      ids.add(upload("t"));
    }
    for (String id : ids.subList(0, 75)) {
      assertThat(post("t", "uploadid=" + id).statusCode()).isEqualTo(200);
    }
    assertRefused(post("t", "uploadid=" + ids.get(75)), "FlowExceeded");
    advance(Duration.ofSeconds(15));
    assertThat(post("t", "uploadid=" + ids.get(75)).statusCode()).isEqualTo(200);
  }

  @Test
  @Tag("covers:download-create/limit")
  void twoHundredDownloadSessionsOfATableInFiveMinutes() throws IOException {
    for (int i = 0; i < 200; i++) {
      assertThat(post("t", "downloads").statusCode()).isBetween(200, 201);
    }
    assertRefused(post("t", "downloads"), "FlowExceeded");
    advance(Duration.ofMinutes(5));
    assertThat(post("t", "downloads").statusCode()).isBetween(200, 201);
  }

  @Test
  @Tag("covers:instance-download/rate-limit")
  void twoHundredDownloadSessionsOnResultsOfAProjectInFiveMinutes() throws IOException {
    String id = server.submit("SELECT 1 AS one");
    assertThat(server.await(id)).isEqualTo("Success");
    String another = server.submit("SELECT 2 AS two");
    assertThat(server.await(another)).isEqualTo("Success");
    for (int i = 0; i < 200; i++) {
      assertThat(resultDownload(id).statusCode()).isEqualTo(201);
    }
    // It is the project that they are counted for, not the result.
    assertRefused(resultDownload(id), "FlowExceeded");
    assertRefused(resultDownload(another), "FlowExceeded");
    assertThat(post("t", "downloads").statusCode()).isBetween(200, 201);
    advance(Duration.ofMinutes(5));
    assertThat(resultDownload(another).statusCode()).isEqualTo(201);
  }

  private HttpResponse<byte[]> resultDownload(String instance) throws IOException {
    return server.send("POST", "/projects/demo/instances/" + instance + "?downloads", null);
  }

  @Test
  @Tag("covers:upload-commit/active-limit")
  void thirtyTwoUploadSessionsOfATableAtWorkAtOnce() throws IOException {
    List<RawConnection> writers = new ArrayList<>();
    try {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 33; i++) {
        ids.add(upload("t"));
      }
      for (String id : ids.subList(0, 32)) {
        writers.add(slowBlock(id, 0));
      }
      assertRefused(block("t", ids.get(32), 0), "SlotExceeded");
      // Another block of a session at work needs no other place.
      assertThat(block("t", ids.get(0), 1).statusCode()).isEqualTo(200);
      assertThat(block("other", upload("other"), 0).statusCode()).isEqualTo(200);
      assertThat(writers.get(0).send(new byte[4]).answer().status()).isEqualTo(200);
      assertThat(block("t", ids.get(32), 0).statusCode()).isEqualTo(200);
    } finally {
      for (RawConnection writer : writers) {
        writer.close();
      }
    }
  }

  /** A block whose body has not come yet; the server waits for it when this returns. */
  private RawConnection slowBlock(String id, int block) throws IOException {
    return new Endpoint(server, "")
        .slowPut("/projects/demo/tables/t?arrow&uploadid=" + id + "&blockid=" + block);
  }

  /** The bound that protects the server's threads; it is there without other limits, too. */
  @Test
  void thePlaceOfATransferIsFreeWhenItsClientHasTheAnswer() throws Exception {
    int places = 320;
    try (TestServer busy = TestServer.start(config(ServerLimits.DEFAULT))) {
      busy.sql("CREATE TABLE t (id BIGINT, name STRING)");
      Endpoint endpoint = new Endpoint(busy, "");
      String id = endpoint.upload("t");
      String path = "/projects/demo/tables/t?arrow&uploadid=" + id + "&blockid=";
      Deque<RawConnection> writers = new ArrayDeque<>();
      try {
        for (int i = 0; i < places; i++) {
          writers.add(endpoint.slowPut(path + i));
        }
        assertRefused(busy.send("PUT", path + places, EMPTY_BLOCK), "SlotExceeded");
        for (int i = 0; i < 50; i++) {
          RawConnection writer = writers.remove();
          try (writer) {
            assertThat(writer.send(EMPTY_BLOCK).answer().status()).isEqualTo(200);
            // Fails unless the server waits for its body.
            writers.add(endpoint.slowPut(path + (places + i)));
          }
        }
        assertRefused(busy.send("PUT", path + places, EMPTY_BLOCK), "SlotExceeded");
      } finally {
        for (RawConnection writer : writers) {
          writer.close();
        }
      }
    }
  }

  @Test
  @Tag("covers:upload-put/slots")
  @Tag("covers:download-data/slots")
  void blocksAndRowRangesOfAProjectShareItsSlots() throws Exception {
    int any = Integer.MAX_VALUE;
    RateLimits twoSlots = new RateLimits(any, any, any, any, any, any, 2, 1);
    HeldTime time = new HeldTime();
    try (TestServer two =
        TestServer.start(
            config(ServerLimits.DEFAULT.withRates(twoSlots)).project("elsewhere"), time)) {
      Endpoint endpoint = new Endpoint(two, "");
      two.sql("CREATE TABLE t (id BIGINT)");
      two.sql("CREATE TABLE elsewhere.t (id BIGINT)");
      String upload = endpoint.upload("t");
      String path = "/projects/demo/tables/t?arrow&uploadid=" + upload + "&blockid=";
      String rows = "/projects/demo/tables/t?data&downloadid=" + endpoint.download("t");
      try (RawConnection writer = endpoint.slowPut(path + 0)) {
        CompletableFuture<RawConnection.Answer> reader =
            CompletableFuture.supplyAsync(() -> call(endpoint, "GET", rows, null));
        time.awaitSleeper();
        assertRefused(two.send("PUT", path + 1, EMPTY_BLOCK), "SlotExceeded");
        assertRefused(two.send("GET", rows, null), "SlotExceeded");
        // Another project has slots of its own, and calls that move no rows need none.
        String elsewhere = "/projects/elsewhere/tables/t";
        String other = two.json("POST", elsewhere + "?uploads").path("UploadID").asText();
        try (RawConnection free =
            endpoint.slowPut(elsewhere + "?arrow&blockid=0&uploadid=" + other)) {
          time.release();
          assertThat(free.send(EMPTY_BLOCK).answer().status()).isEqualTo(200);
        }
        assertThat(reader.get().status()).isEqualTo(200);
        assertThat(call(endpoint, "PUT", path + 1, EMPTY_BLOCK).status()).isEqualTo(200);
        assertThat(writer.send(EMPTY_BLOCK).answer().status()).isEqualTo(200);
      }
    }
  }

  private static RawConnection.Answer call(
      Endpoint endpoint, String method, String path, byte[] body) {
    try {
      return endpoint.call(method, path, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Time that stands still, with everybody who sleeps in it, until it is released. */
  private static final class HeldTime implements Pace.Time {
    private final CountDownLatch sleeper = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
      sleeper.countDown();
      released.await();
    }

    void awaitSleeper() throws InterruptedException {
      sleeper.await();
    }

    void release() {
      released.countDown();
    }
  }

  @Test
  @Tag("covers:upload-put/wrong-block-id")
  @Tag("covers:upload-put/block-ids")
  void blockIdsEndWithTheNumberOfBlocks() throws IOException {
    String id = upload("t");
    assertThat(block("t", id, 19_999).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> refused = block("t", id, 20_000);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(TestServer.text(refused)).contains("InvalidBlockID");
    try (TestServer unlimited = TestServer.start(config(ServerLimits.NONE))) {
      unlimited.sql("CREATE TABLE t (id BIGINT)");
      String free = unlimited.createUpload("t", "").path("UploadID").asText();
      assertThat(
              unlimited
                  .putBlock("t", free, 20_000, EMPTY_BLOCK, true, ContentCoding.NONE, "")
                  .statusCode())
          .isEqualTo(200);
      advance(Duration.ofDays(30));
      assertThat(unlimited.commit("t", free, "").path("Status").asText()).isEqualTo("closed");
    }
  }
}
