package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Blocks that are sent again, and blocks whose next attempt nobody waits for. */
class BlockRetryTest extends BlockTestBase {
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
}
