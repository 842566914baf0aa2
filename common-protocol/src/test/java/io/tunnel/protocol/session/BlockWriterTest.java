package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.FakeTime;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockWriterTest {
  private static final int ROWS = 4000; // about 250 KB encoded

  private final RootAllocator allocator = new RootAllocator();
  private final FakeTime time = new FakeTime();

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
    assertThat(spoolFiles()).isEmpty();
  }

  private static List<Path> spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("tunnel-block-")).toList();
    }
  }

  private TunnelClient client(ScriptedServer server, UnaryOperator<TunnelConfig.Builder> settings) {
    TunnelConfig.Builder builder =
        TunnelConfig.builder(server.endpoint(), "demo").tunnelEndpoint(server.endpoint());
    return TunnelClient.open(settings.apply(builder).build(), time, time);
  }

  private BlockWriter open(TunnelClient client, ScriptedServer server, int block)
      throws IOException {
    return client.openBlock(Rows.handle(server.endpoint().toString()), block, allocator);
  }

  private void write(BlockWriter writer, long first, int count) throws IOException {
    try (VectorSchemaRoot batch = Rows.batch(allocator, first, count)) {
      writer.write(batch);
    }
  }

  private static void refuse(ScriptedServer.Connection c, int status, String code)
      throws IOException {
    c.readAll().respond(status, "{\"Code\":\"" + code + "\",\"Message\":\"no\"}");
  }

  @Test
  void blockIsOneChunkedPutWithTheBodyOfTheSpecification() throws Exception {
    try (ScriptedServer server = new ScriptedServer(c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b.quota("q").tags(List.of("x", "y")));
        BlockWriter writer = open(client, server, 3)) {
      write(writer, 0, 10);
      write(writer, 10, 10);
      assertThat(writer.rows()).isEqualTo(20);
      writer.finish();

      ScriptedServer.Connection request = server.await();
      assertThat(request.requestLine())
          .isEqualTo(
              "PUT /projects/demo/tables/t?quotaName=q&curr_project=demo&uploadid=up1"
                  + "&partition=ds%3D1&blockid=3&arrow HTTP/1.1");
      assertThat(request.head())
          .contains(
              "Transfer-Encoding: chunked",
              "Content-Type: application/octet-stream",
              "x-odps-tunnel-version: 6",
              "odps-tunnel-tags: x,y")
          .noneMatch(line -> line.startsWith("Content-Encoding"));
      assertThat(request.body()).isEqualTo(Rows.body(allocator, 0, 10, 2));
      assertThat(writer.encodedBytes()).isEqualTo(request.body().length);
    }
  }

  @Test
  void largeBlockIsSentWhileItIsWritten() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(100_000);
                  seen.countDown();
                  c.readBody(Long.MAX_VALUE).respond(201, "");
                });
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, ROWS);
      seen.await();
      write(writer, ROWS, ROWS);
      writer.finish();
      assertThat(server.await().body()).isEqualTo(Rows.body(allocator, 0, ROWS, 2));
    }
  }

  @Test
  void allThatIsEncodedHasArrivedWhenTheInputPauses() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    long whole = 4 * (65_536L + 4) + 4;
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(whole);
                  arrived.countDown();
                  c.readBody(Long.MAX_VALUE).respond(200, "");
                });
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      while (writer.encodedBytes() < whole) {
        write(writer, writer.rows(), 100);
      }
      assertThat(writer.encodedBytes()).isEqualTo(whole);
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      writer.finish();
      assertThat(server.await().complete()).isTrue();
    }
  }

  @Test
  void blockIsSentAgainAfterServiceUnavailable() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> refuse(c, 503, "ServiceUnavailable"),
                c -> refuse(c, 429, "FlowExceeded"),
                c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, ROWS);
      writer.finish();
      byte[] expected = Rows.body(allocator, 0, ROWS, 1);
      for (int i = 0; i < 3; i++) {
        assertThat(server.await().body()).isEqualTo(expected);
      }
      assertThat(time.waitsInSeconds()).containsExactly(1L, 2L);
    }
  }

  @Test
  void blockIsSentAgainAfterTheConnectionWasCutMidway() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> c.readHead().readBody(200_000).reset(), c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      for (int i = 0; i < 20; i++) {
        write(writer, (long) i * ROWS, ROWS);
      }
      writer.finish();
      assertThat(server.await().complete()).isFalse();
      assertThat(server.await().body()).isEqualTo(Rows.body(allocator, 0, ROWS, 20));
      assertThat(time.waitsInSeconds()).containsExactly(1L);
    }
  }

  @Test
  void earlyAnswerThatDidNotSeeTheWholeBlockIsNotBelieved() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(1000).respond(200, "");
                  c.reset();
                },
                c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      for (int i = 0; i < 40; i++) {
        write(writer, (long) i * ROWS, ROWS);
      }
      writer.finish();
      server.await();
      assertThat(server.await().body()).hasSameSizeAs(Rows.body(allocator, 0, ROWS, 40));
    }
  }

  @Test
  void idleCloseIsFollowedByOneMoreAttemptWhenThereIsNewInput() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> c.readHead().readBody(130_000).reset(), c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, ROWS);
      assertThat(server.await().complete()).isFalse();
      time.advance(Duration.ofSeconds(121));
      for (int i = 1; i < 10; i++) {
        write(writer, (long) i * ROWS, ROWS);
      }
      writer.finish();
      assertThat(server.await().body()).isEqualTo(Rows.body(allocator, 0, ROWS, 10));
      // The service wants a second between attempts, whatever the reason.
      assertThat(time.waitsInSeconds()).containsExactly(1L);
    }
  }

  @Test
  void idleTimeDoesNotCountAsFailing() throws Exception {
    ScriptedServer.Script broken = c -> c.readHead().readBody(130_000).reset();
    try (ScriptedServer server =
            new ScriptedServer(broken, broken, broken, c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, ROWS);
      server.await();
      write(writer, ROWS, ROWS);
      server.await();
      time.advance(Duration.ofHours(1));
      for (int i = 2; i < 6; i++) {
        write(writer, (long) i * ROWS, ROWS);
      }
      writer.finish();
      server.await();
      assertThat(server.await().body()).isEqualTo(Rows.body(allocator, 0, ROWS, 6));
    }
  }

  @Test
  void blockThatIsGivenUpBeforeItIsSentKeepsNobodyWaiting() throws Exception {
    TunnelConfig config = TunnelConfig.builder(URI.create("http://127.0.0.1:1"), "demo").build();
    try (HttpTransport transport =
        new HttpTransport(config, new RetryPolicy(config.retryTimeout(), time, time))) {
      BlockSender sender =
          new BlockSender(
              transport,
              () -> {
                throw new AssertionError("nothing is sent");
              },
              new Spool(new SegmentPool(), new SpoolFiles(), 0));
      sender.abandon();
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> assertThatThrownBy(sender::finish).hasMessageContaining("given up"));
    }
  }

  @Test
  void serviceThatGaveUpWaitingGetsTheBlockAgain() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> refuse(c, 400, "RequestTimeOut"), c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, 10);
      writer.finish();
      server.await();
      assertThat(server.await().complete()).isTrue();
    }
  }

  @Test
  void closeWithoutFinishLeavesAnUnfinishedRequest() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(1);
                  reading.countDown();
                  c.readBody(Long.MAX_VALUE).respond(200, "");
                });
        TunnelClient client = client(server, b -> b)) {
      BlockWriter writer = open(client, server, 0);
      write(writer, 0, ROWS);
      reading.await();
      writer.close();
      writer.close();

      ScriptedServer.Connection request = server.await();
      assertThat(request.brokenOff()).isTrue();
      assertThat(request.complete()).isFalse();
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> write(writer, 0, 1)).isInstanceOf(IllegalStateException.class);
    }
    assertThatNoSenderRuns();
  }

  @Test
  void closeWithoutFinishEndsTheWaitForTheNextAttempt() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    try (ScriptedServer server = new ScriptedServer(c -> refuse(c, 503, "ServiceUnavailable"))) {
      TunnelConfig config =
          TunnelConfig.builder(server.endpoint(), "demo").tunnelEndpoint(server.endpoint()).build();
      try (TunnelClient client =
          TunnelClient.open(
              config,
              time,
              duration -> {
                waiting.countDown();
                new CountDownLatch(1).await();
              })) {
        BlockWriter writer = open(client, server, 0);
        write(writer, 0, ROWS);
        Thread finisher = new Thread(() -> assertThatThrownBy(writer::finish));
        finisher.start();
        waiting.await();
        writer.close();
        finisher.join();
      }
    }
    assertThatNoSenderRuns();
  }

  @Test
  void writerWhoNeverWroteMuchSendsNothingWhenClosed() throws Exception {
    try (ScriptedServer server = new ScriptedServer(c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b.compression(ContentCoding.DEFLATE))) {
      try (BlockWriter writer = open(client, server, 0)) {
        write(writer, 0, 10);
      }
      try (BlockWriter writer = open(client, server, 1)) {
        writer.finish();
      }
      assertThat(server.await().requestLine()).contains("blockid=1&");
    }
  }

  @Test
  void refusalIsTheErrorOfTheNextCallAndNobodyHangs() throws Exception {
    try (ScriptedServer server = new ScriptedServer(c -> refuse(c, 404, "NoSuchUpload"));
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 7)) {
      write(writer, 0, ROWS);
      assertThatThrownBy(writer::finish)
          .isInstanceOfSatisfying(
              TunnelException.class,
              e -> {
                assertThat(e.code()).isEqualTo("NoSuchUpload");
                assertThat(e.requestId()).isEqualTo("r404");
                assertThat(e)
                    .hasMessageContaining("Writing block 7 of upload session up1 of demo.t");
              });
      assertThatThrownBy(() -> write(writer, 0, 1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusalInMidBlockStopsTheWriter() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(1000);
                  c.respond(400, "{\"Code\":\"InvalidBlockID\",\"Message\":\"no\"}");
                  // Read on, so that the answer is not lost in a reset.
                  c.readBody(Long.MAX_VALUE);
                });
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      assertThatThrownBy(
              () -> {
                write(writer, 0, ROWS);
                writer.finish();
              })
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("InvalidBlockID");
    }
  }

  @Test
  void memoryIsBoundedBySpillingToAFileThatIsGoneAfterwards() throws Exception {
    for (ContentCoding coding : List.of(ContentCoding.NONE, ContentCoding.DEFLATE)) {
      try (ScriptedServer server =
              new ScriptedServer(
                  c -> refuse(c, 500, "InternalServerError"), c -> c.readAll().respond(200, ""));
          TunnelClient client = client(server, b -> b.blockMemory(0).compression(coding));
          BlockWriter writer = open(client, server, 0)) {
        for (int i = 0; i < 30; i++) {
          write(writer, (long) i * ROWS, ROWS);
        }
        writer.finish();
        server.await();
        byte[] sent = server.await().body();
        assertThat(coding.decode(new ByteArrayInputStream(sent)).readAllBytes())
            .isEqualTo(Rows.body(allocator, 0, ROWS, 30));
      }
    }
  }

  @Test
  void offHeapMemoryStaysFlatWhateverTheSizeOfTheBlock() throws Exception {
    long flat = 64L << 20;
    try (ScriptedServer server = new ScriptedServer(c -> c.readHead().dropBody().respond(200, ""));
        TunnelClient client = client(server, b -> b);
        BufferAllocator writers = allocator.newChildAllocator("writers", 0, flat);
        VectorSchemaRoot batch = Rows.batch(allocator, 0, 8192);
        BlockWriter writer =
            client.openBlock(Rows.handle(server.endpoint().toString()), 0, writers)) {
      while (writer.encodedBytes() < 3 * flat) {
        writer.write(batch);
        assertThat(writers.getPeakMemoryAllocation() + directMemory()).isLessThan(flat);
      }
      writer.finish();
      assertThat(server.await().complete()).isTrue();
    }
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void valueLongerThanTheServiceTakesIsRefusedBeforeItIsSent() throws Exception {
    try (ScriptedServer server = new ScriptedServer(c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b)) {
      UploadHandle handle = Rows.handle(server.endpoint().toString(), 40);
      try (BlockWriter writer = client.openBlock(handle, 0, allocator)) {
        assertThatThrownBy(() -> write(writer, 0, 10))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Column s, row 1 of the batch: a value of 4")
            .hasMessageEndingWith("bytes is longer than the 40 bytes that the service takes");
        assertThat(writer.encodedBytes()).isZero();
      }
    }
  }

  @Test
  void moreOpenBlocksThanThreadsDoNotWaitForEachOther() throws Exception {
    int blocks = 40;
    try (ScriptedServer server = new ScriptedServer(c -> c.readAll().respond(200, ""));
        TunnelClient client = client(server, b -> b)) {
      List<BlockWriter> writers = new ArrayList<>();
      for (int i = 0; i < blocks; i++) {
        BlockWriter writer = open(client, server, i);
        write(writer, 0, ROWS);
        writers.add(writer);
      }
      for (int i = blocks - 1; i >= 0; i--) {
        writers.get(i).finish();
        writers.get(i).close();
      }
      byte[] expected = Rows.body(allocator, 0, ROWS, 1);
      for (int i = 0; i < blocks; i++) {
        assertThat(server.await().body()).isEqualTo(expected);
      }
    }
    assertThatNoSenderRuns();
  }

  @Test
  void interruptedFinishSaysSoAndTheBlockCanBeGivenUp() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead().readBody(1);
                  reading.countDown();
                  never.await();
                });
        TunnelClient client = client(server, b -> b);
        BlockWriter writer = open(client, server, 0)) {
      write(writer, 0, ROWS);
      reading.await();
      Thread.currentThread().interrupt();
      assertThatThrownBy(writer::finish)
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("Interrupted"));
      assertThat(Thread.interrupted()).isTrue();
    }
    never.countDown();
    assertThatNoSenderRuns();
  }

  @Test
  void closingTheClientBreaksOffItsBlocks() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead().readBody(1);
              reading.countDown();
              c.readBody(Long.MAX_VALUE);
            })) {
      TunnelClient client = client(server, b -> b);
      try (BlockWriter writer = open(client, server, 0)) {
        write(writer, 0, ROWS);
        reading.await();
        client.close();
        assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
      }
    }
    assertThatNoSenderRuns();
  }

  private static void assertThatNoSenderRuns() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("tunnel-block-sender")) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
