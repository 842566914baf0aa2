package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

class BlockWriterTest extends BlockTestBase {
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
}
