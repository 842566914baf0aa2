package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.type.SchemaJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever is in a call when the client is closed, or interrupts the thread, gets a clear error, and
 * no thread stays.
 */
class ClientCloseTest {
  private final RootAllocator allocator = new RootAllocator();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch blocked = new CountDownLatch(1);

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** With real time: what is tested here would be hidden by a clock that moves by itself. */
  private static TunnelClient client(ScriptedServer server) {
    return TunnelClient.open(
        TunnelConfig.builder(server.endpoint(), "demo").tunnelEndpoint(server.endpoint()).build());
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Does it on another thread, closes the client once the server is blocked, and wants the end. */
  private void assertBrokenOff(TunnelClient client, Work work, String message) throws Exception {
    Future<?> running =
        threads.submit(
            () -> {
              work.run();
              return null;
            });
    assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
    client.close();
    assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("ClientClosed"))
        .hasMessageContaining(message)
        .hasMessageContaining("the client has been closed");
    client.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("tunnel-"));
  }

  private void block() throws InterruptedException {
    blocked.countDown();
    new CountDownLatch(1).await();
  }

  @Test
  void callThatWaitsForItsAnswer() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead();
              block();
            })) {
      TunnelClient client = client(server);
      assertBrokenOff(client, client::ping, "Asking for project demo failed");
    }
  }

  @Test
  void callOfAnInterruptedThreadThatWaitsForItsAnswer() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedServer server =
            new ScriptedServer(
                c -> {
                  c.readHead();
                  if (calls.getAndIncrement() == 0) {
                    block();
                  }
                  c.respond(200, "");
                });
        TunnelClient client = client(server)) {
      AtomicReference<Thread> waiting = new AtomicReference<>();
      Future<Boolean> isInterrupted =
          threads.submit(
              () -> {
                waiting.set(Thread.currentThread());
                assertThatThrownBy(client::ping)
                    .isInstanceOfSatisfying(
                        TunnelException.class, e -> assertThat(e.code()).isEqualTo("Interrupted"));
                return Thread.interrupted();
              });
      assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
      client.interrupt(waiting.get());
      assertThat(isInterrupted.get(20, TimeUnit.SECONDS)).isTrue();
      client.ping();
    }
  }

  @Test
  void callInTheMiddleOfItsAnswer() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead().beginAnswer(100, "<Project>".getBytes());
              block();
            })) {
      TunnelClient client = client(server);
      assertBrokenOff(client, () -> client.catalog().project(), "Reading the project demo failed");
    }
  }

  @Test
  void readerInTheMiddleOfABatch() throws Exception {
    byte[] body = Rows.body(allocator, 0, 5000, 1);
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead().beginAnswer(body.length, java.util.Arrays.copyOf(body, 100_000));
              block();
            })) {
      TunnelClient client = client(server);
      DownloadHandle handle =
          new DownloadHandle(
              "demo",
              null,
              "t",
              null,
              null,
              "d1",
              server.endpoint().toString(),
              SchemaJson.write(Rows.SCHEMA).toString(),
              5000,
              true);
      assertBrokenOff(
          client,
          () -> {
            try (BatchReader reader = client.read(handle, 0, 5000, List.of(), allocator)) {
              reader.loadNextBatch();
            }
          },
          "Reading rows 0 to 4999 of demo.t failed");
    }
  }

  @Test
  void callThatWaitsToBeRepeated() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead().respond(503, Map.of("Retry-After", "500"), "busy");
              blocked.countDown();
            })) {
      TunnelClient client = client(server);
      assertBrokenOff(client, () -> client.catalog().schemas(), "failed");
    }
  }

  @Test
  void blockThatTheServiceDoesNotTake() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead();
              block();
            })) {
      TunnelClient client = client(server);
      assertBrokenOff(client, () -> write(client, server, 40_000, true), "block was given up");
    }
  }

  @Test
  void blockThatWaitsForMoreInput() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer(
            c -> {
              c.readHead().readBody(100_000);
              blocked.countDown();
              c.readBody(Long.MAX_VALUE);
            })) {
      TunnelClient client = client(server);
      Future<?> running =
          threads.submit(
              () -> {
                try (BlockWriter writer =
                    client.openBlock(Rows.handle(server.endpoint().toString()), 0, allocator)) {
                  writeRows(writer, 4000);
                  closed.await();
                  writeRows(writer, 4000);
                }
                return null;
              });
      assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
      client.close();
      closed.countDown();
      assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("ClientClosed"));
    }
  }

  @Test
  void whateverComesLater() throws Exception {
    try (ScriptedServer server = new ScriptedServer(c -> c.readAll().respond(200, "{}"))) {
      TunnelClient client = client(server);
      client.close();
      assertClosed(client::ping);
      assertClosed(() -> write(client, server, 10, true));
      assertClosed(() -> write(client, server, 40_000, false));
    }
  }

  private static void assertClosed(Work work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("ClientClosed"));
  }

  private void write(TunnelClient client, ScriptedServer server, int rows, boolean finish)
      throws IOException {
    try (BlockWriter writer =
        client.openBlock(Rows.handle(server.endpoint().toString()), 0, allocator)) {
      writeRows(writer, rows);
      if (finish) {
        writer.finish();
      }
    }
  }

  private void writeRows(BlockWriter writer, int rows) throws IOException {
    try (VectorSchemaRoot batch = Rows.batch(allocator, 0, rows)) {
      writer.write(batch);
    }
  }
}
