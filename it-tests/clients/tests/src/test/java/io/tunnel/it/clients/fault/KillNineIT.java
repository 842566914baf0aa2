package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.driven.ArrowCells;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UploadStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server at random points of upload and commit. After each restart every session is all
 * or nothing, an answered commit is there, an acknowledged block is still listed, and an open
 * session can be finished.
 */
class KillNineIT {
  private static final int KILLS = 50;
  private static final int BLOCKS = 3;
  private static final int ROWS = 1500;
  private static final TableName APPENDED = new TableName(ServerProcess.PROJECT, null, "appended");
  private static final TableName REPLACED = new TableName(ServerProcess.PROJECT, null, "replaced");
  private static final String PAYLOAD = "some text that takes room ".repeat(3);

  private final long seed = Long.getLong("tunnel.kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Sessions whose rows must be in the appended table. */
  private final Set<Integer> committed = new TreeSet<>();

  /** The session whose rows are the content of the replaced table. */
  private @Nullable Integer replacedBy;

  /** How far an upload came before the server was killed. */
  private static final class Attempt {
    final int number;
    final boolean replaces;
    final Set<Integer> acknowledged = new TreeSet<>();
    volatile @Nullable UploadHandle handle;
    volatile boolean commitAsked;
    volatile boolean commitAnswered;

    Attempt(int number, boolean replaces) {
      this.number = number;
      this.replaces = replaces;
    }

    TableName table() {
      return replaces ? REPLACED : APPENDED;
    }
  }

  @Test
  @Tag("covers:upload-commit/killed")
  void everySessionIsAllOrNothingWhereverTheServerIsKilled(@TempDir Path directory)
      throws Exception {
    System.out.println("KillNineIT seed " + seed + " (-Dtunnel.kill.seed=" + seed + ")");
    Path data = directory.resolve("data");
    int port = createTables(data);
    Attempt last = null;
    int finishedAfterRestart = 0;
    int foundCommitted = 0;
    ServerProcess next = ServerProcess.prepare(data);
    try {
      for (int kill = 1; kill <= KILLS; kill++) {
        ServerProcess server = next;
        server.serve(port);
        next = ServerProcess.prepare(data);
        try (BufferAllocator allocator = new RootAllocator();
            TunnelClient client = open(server)) {
          if (last != null) {
            boolean before = last.commitAnswered;
            boolean finished = settle(client, last, allocator, kill);
            finishedAfterRestart += finished ? 1 : 0;
            foundCommitted += !finished && !before && isThere(last) ? 1 : 0;
          }
          assertContent(client, allocator, kill);
          last = new Attempt(kill, kill % 5 == 0);
          uploadUntilKilled(server, client, last, allocator);
        } finally {
          server.kill();
        }
      }
      next.serve(port);
      try (ServerProcess server = next;
          BufferAllocator allocator = new RootAllocator();
          TunnelClient client = open(server)) {
        settle(client, Objects.requireNonNull(last), allocator, KILLS + 1);
        assertContent(client, allocator, KILLS + 1);
      }
    } finally {
      next.kill();
    }
    System.out.printf(
        "KillNineIT: %d kills, %d sessions committed, %d of them finished after the restart,"
            + " %d had committed without an answer%n",
        KILLS, committed.size(), finishedAfterRestart, foundCommitted);
  }

  private boolean isThere(Attempt attempt) {
    return attempt.replaces
        ? Integer.valueOf(attempt.number).equals(replacedBy)
        : committed.contains(attempt.number);
  }

  /** Makes the tables and tells the port of the first server. */
  private static int createTables(Path data) throws IOException {
    try (ServerProcess server = ServerProcess.start(data, 0);
        TunnelClient client = open(server)) {
      for (TableName table : List.of(APPENDED, REPLACED)) {
        client
            .sql()
            .submit(
                "CREATE TABLE " + table.table() + " (session BIGINT, n BIGINT, payload STRING)",
                Map.of())
            .await(Duration.ofSeconds(30));
      }
      return server.endpoint().getPort();
    }
  }

  private static TunnelClient open(ServerProcess server) {
    return TunnelClient.open(
        TunnelConfig.builder(server.endpoint(), ServerProcess.PROJECT)
            .retryTimeout(Duration.ZERO)
            .build());
  }

  /** Uploads and commits while another thread kills the server at a random moment. */
  private void uploadUntilKilled(
      ServerProcess server, TunnelClient client, Attempt attempt, BufferAllocator allocator)
      throws Exception {
    // One in two kills falls around the commit, the others anywhere before it.
    int killAt = random.nextBoolean() ? BLOCKS : random.nextInt(BLOCKS + 1) - 1;
    // About as long as a block or a commit takes on a server that has just been started.
    long longest = killAt == BLOCKS ? 120_000_000 : 50_000_000;
    long delayNanos = (long) (random.nextDouble() * longest);
    Thread killer = null;
    try {
      if (killAt < 0) {
        killer = killLater(server, delayNanos);
      }
      UploadSession session =
          client.createUpload(
              attempt.table(), attempt.replaces ? UploadOptions.replace() : UploadOptions.append());
      attempt.handle = session.handle();
      for (int block = 0; block < BLOCKS; block++) {
        if (killAt == block) {
          killer = killLater(server, delayNanos);
        }
        writeBlock(session, attempt.number, block, allocator);
        attempt.acknowledged.add(block);
      }
      if (killAt == BLOCKS) {
        killer = killLater(server, delayNanos);
      }
      attempt.commitAsked = true;
      session.commit(Set.of(0, 1, 2));
      attempt.commitAnswered = true;
    } catch (IOException e) {
      // The server was killed while it was asked something: what this test is about.
      assertThat(killer).as("failed although nobody killed the server: %s", e).isNotNull();
    }
    if (killer != null) {
      killer.join();
    }
  }

  private static Thread killLater(ServerProcess server, long delayNanos) {
    Thread killer =
        new Thread(
            () -> {
              LockSupport.parkNanos(delayNanos);
              try {
                server.kill();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "killer");
    killer.start();
    return killer;
  }

  /**
   * Looks at what became of an attempt, finishes it if its session is still open, and notes what
   * must be visible from now on.
   *
   * @return whether the session was finished here
   */
  private boolean settle(TunnelClient client, Attempt attempt, BufferAllocator allocator, int kill)
      throws IOException {
    UploadHandle handle = attempt.handle;
    if (handle == null) {
      return false;
    }
    UploadSession session = client.attachUpload(handle);
    if (session.status() == UploadStatus.CLOSED) {
      assertThat(attempt.commitAsked)
          .as("closed although nobody committed, %s", where(kill))
          .isTrue();
      noteVisible(attempt);
      return false;
    }
    assertThat(attempt.commitAnswered)
        .as("an answered commit was forgotten, %s: %s", where(kill), session.status())
        .isFalse();
    assertThat(session.status()).as(where(kill)).isEqualTo(UploadStatus.NORMAL);
    assertThat(session.blocks())
        .as("acknowledged blocks, %s", where(kill))
        .containsAll(attempt.acknowledged);
    assertContent(client, allocator, kill);
    for (int block = 0; block < BLOCKS; block++) {
      if (!attempt.acknowledged.contains(block)) {
        writeBlock(session, attempt.number, block, allocator);
      }
    }
    session.commit(Set.of(0, 1, 2));
    noteVisible(attempt);
    return true;
  }

  private void noteVisible(Attempt attempt) {
    if (attempt.replaces) {
      replacedBy = attempt.number;
    } else {
      committed.add(attempt.number);
    }
  }

  private static void writeBlock(
      UploadSession session, int number, int block, BufferAllocator allocator) throws IOException {
    try (BlockWriter writer = session.openBlock(block, allocator);
        VectorSchemaRoot root = VectorSchemaRoot.create(session.arrowSchema(), allocator)) {
      root.allocateNew();
      for (int row = 0; row < ROWS; row++) {
        ArrowCells.write(root.getVector(0), row, String.valueOf(number));
        ArrowCells.write(root.getVector(1), row, String.valueOf(block * ROWS + row));
        ArrowCells.write(root.getVector(2), row, PAYLOAD + row);
      }
      root.setRowCount(ROWS);
      writer.write(root);
      writer.finish();
    }
  }

  /** Both tables hold exactly the sessions that are known to be committed, each one whole. */
  private void assertContent(TunnelClient client, BufferAllocator allocator, int kill)
      throws IOException {
    Map<Integer, List<Long>> expected = new TreeMap<>();
    committed.forEach(number -> expected.put(number, whole()));
    assertThat(counts(client, APPENDED, allocator))
        .as("appended table, %s", where(kill))
        .isEqualTo(expected);
    Integer replacement = replacedBy;
    assertThat(counts(client, REPLACED, allocator))
        .as("replaced table, %s", where(kill))
        .isEqualTo(replacement == null ? Map.of() : Map.of(replacement, whole()));
  }

  /** Rows, and the sum of their numbers, of a session that is there. */
  private static List<Long> whole() {
    long rows = (long) BLOCKS * ROWS;
    return List.of(rows, rows * (rows - 1) / 2);
  }

  private static Map<Integer, List<Long>> counts(
      TunnelClient client, TableName table, BufferAllocator allocator) throws IOException {
    var task =
        client
            .sql()
            .submit(
                "SELECT session, COUNT(*) AS c, SUM(n) AS s FROM "
                    + table.table()
                    + " GROUP BY session",
                Map.of());
    task.await(Duration.ofSeconds(30));
    DownloadSession result = task.openResult();
    Map<Integer, List<Long>> counts = new TreeMap<>();
    if (result.recordCount() == 0) {
      return counts;
    }
    try (BatchReader reader =
        result.read(0, result.recordCount(), List.of("session", "c", "s"), allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          List<Long> values = new ArrayList<>();
          for (int column = 0; column < 3; column++) {
            values.add(
                Long.valueOf(
                    String.valueOf(ArrowCells.read(reader.root().getVector(column), row))));
          }
          counts.put(values.get(0).intValue(), values.subList(1, 3));
        }
      }
    }
    return counts;
  }

  private String where(int kill) {
    return "before kill " + kill + " of seed " + seed;
  }
}
