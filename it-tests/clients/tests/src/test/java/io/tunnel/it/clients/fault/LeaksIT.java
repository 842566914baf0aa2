package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Servers and clients that were used, well and badly, leave nothing behind when they are closed: no
 * thread, no open file, no temporary file, no Arrow buffer (the client fails on one itself).
 */
class LeaksIT {
  private static final int LIVES = 8;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @Test
  void closedServersAndClientsLeaveNoThreadAndNoTemporaryFile() throws Exception {
    live();
    Set<Path> filesBefore = temporaryFiles();
    Set<String> threadsBefore = threads();
    for (int life = 0; life < LIVES; life++) {
      live();
    }
    Set<String> threads = threads();
    threads.removeAll(threadsBefore);
    assertThat(threads).isEmpty();
    Set<Path> files = temporaryFiles();
    files.removeAll(filesBefore);
    assertThat(files).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closedServersAndClientsLeaveNoOpenFile() throws Exception {
    live();
    long before = openFiles();
    for (int life = 0; life < LIVES; life++) {
      live();
    }
    // Class loading opens a jar now and then; a leak would cost several files in each life.
    assertThat(openFiles()).isLessThan(before + LIVES);
  }

  /** One server with one client that writes, reads, gives up and makes mistakes. */
  private static void live() throws Exception {
    try (LocalTunnel server =
            LocalTunnel.start(
                LocalTunnelConfig.builder().project(OurClient.PROJECT).anonymous(true).build());
        OurClient client =
            new OurClient(
                TunnelConfig.builder(server.endpoint(), OurClient.PROJECT)
                    .blockMemory(64 * 1024)
                    .build())) {
      client.sql("CREATE TABLE t (id BIGINT, v STRING)");
      UploadSession session =
          client.client().createUpload(OurClient.table("t"), UploadOptions.append());
      client.writeBlock(session, 0, rows());
      try (BlockWriter unfinished = session.openBlock(1, client.allocator());
          VectorSchemaRoot root = client.batch(session, rows())) {
        unfinished.write(root);
      }
      session.commit(Set.of(0));
      assertThat(client.download("t", null)).hasSize(3000);
      assertThat(client.select("SELECT COUNT(*) FROM t")).hasToString("[[3000]]");
      assertThatThrownBy(() -> client.sql("SELECT nothing FROM nowhere"))
          .isInstanceOf(TunnelException.class);
      assertThatThrownBy(
              () ->
                  client.client().createUpload(OurClient.table("missing"), UploadOptions.append()))
          .isInstanceOf(TunnelException.class);
    }
  }

  private static List<List<@Nullable Object>> rows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      rows.add(List.of(String.valueOf(i), "a value that takes some room " + i));
    }
    return rows;
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        // Of the JDK, started on first use and kept.
        .filter(thread -> !thread.getName().startsWith("process reaper"))
        .filter(thread -> !thread.getName().startsWith("ForkJoinPool.commonPool"))
        .map(thread -> thread.getName() + " #" + thread.getId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.count();
    }
  }
}
