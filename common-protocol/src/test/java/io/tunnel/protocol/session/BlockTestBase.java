package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.http.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;

/** A client that writes blocks to a scripted server, in a time that tests move. */
abstract class BlockTestBase {
  static final int ROWS = 4000; // about 250 KB encoded

  final RootAllocator allocator = new RootAllocator();
  final FakeTime time = new FakeTime();

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
    assertThat(spoolFiles()).isEmpty();
  }

  static List<Path> spoolFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("tunnel-block-")).toList();
    }
  }

  TunnelClient client(ScriptedServer server, UnaryOperator<TunnelConfig.Builder> settings) {
    TunnelConfig.Builder builder =
        TunnelConfig.builder(server.endpoint(), "demo").tunnelEndpoint(server.endpoint());
    return TunnelClient.open(settings.apply(builder).build(), time, time);
  }

  BlockWriter open(TunnelClient client, ScriptedServer server, int block) throws IOException {
    return client.openBlock(Rows.handle(server.endpoint().toString()), block, allocator);
  }

  void write(BlockWriter writer, long first, int count) throws IOException {
    try (VectorSchemaRoot batch = Rows.batch(allocator, first, count)) {
      writer.write(batch);
    }
  }

  static void refuse(ScriptedServer.Connection c, int status, String code) throws IOException {
    c.readAll().respond(status, "{\"Code\":\"" + code + "\",\"Message\":\"no\"}");
  }

  static void assertThatNoSenderRuns() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("tunnel-block-sender")) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
