package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.it.clients.fault.GroupHistory.Row;
import io.tunnel.protocol.session.DownloadSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of a table with a key: several writers in all ways of writing, readers in both
 * ways of reading, and a server that is killed again and again, all at once. What is read must
 * always be explained by doing the changes one after the other: none lost, doubled, torn or half
 * visible. Longer with {@code -Dtunnel.history.seconds}, the same plan again with {@code
 * -Dtunnel.history.seed}; which threads are first is the machine's choice.
 */
class UpsertHistoriesIT {
  private static final int GROUPS = 12;
  private static final int WRITERS = 4;
  private static final int READERS = 2;
  private static final long SECONDS = Long.getLong("tunnel.history.seconds", 25);
  private static final long LONGEST_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(5000);

  private final long seed = Long.getLong("tunnel.history.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final GroupHistory history = new GroupHistory(GROUPS);
  private final List<GroupWriter> writers = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger readings = new AtomicInteger();
  private @Nullable ServerProcess next;
  private volatile boolean ending;
  private volatile boolean killing;

  @Test
  @Tag("covers:upsert-commit/killed")
  void everyReadingIsExplainedByOneOrderOfTheChanges(@TempDir Path directory) throws Exception {
    System.out.println("UpsertHistoriesIT seed " + seed + " (-Dtunnel.history.seed=" + seed + ")");
    for (int writer = 0; writer < WRITERS; writer++) {
      writers.add(new GroupWriter(history, new Random(random.nextLong()), GROUPS));
    }
    Path data = directory.resolve("data");
    int port = create(data);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int lives = 0;
    int kills = 0;
    next = ServerProcess.prepare(data);
    try {
      while (System.nanoTime() < end) {
        boolean kill = random.nextInt(6) > 0;
        kills += kill ? 1 : 0;
        live(data, port, (long) (random.nextDouble() * LONGEST_LIFE_NANOS), kill);
        lives++;
      }
      live(data, port, 0, false);
    } finally {
      next.kill();
    }
    System.out.printf(
        "UpsertHistoriesIT: %d lives of the server, %d ended by a kill, %d changes, %d readings%n",
        lives, kills, changes.get(), readings.get());
    assertThat(readings.get()).isGreaterThan(lives);
  }

  /** Makes the table and tells the port of the first server. */
  private static int create(Path data) throws IOException {
    try (ServerProcess server = ServerProcess.start(data, 0);
        OurClient client = GroupTable.connect(server.endpoint())) {
      GroupTable.create(client, GROUPS);
      return server.endpoint().getPort();
    }
  }

  /** One life of the server: what the last one left is settled, then everybody works. */
  private void live(Path data, int port, long nanos, boolean kill) throws Exception {
    ServerProcess server = Objects.requireNonNull(next);
    server.serve(port);
    next = ServerProcess.prepare(data);
    try (OurClient client = GroupTable.connect(server.endpoint())) {
      for (GroupWriter writer : writers) {
        writer.settle(client);
      }
      List<Row> rows = GroupTable.select(client);
      long now = history.now();
      assertThat(history.fault(rows, now, now)).as(seedText()).isNull();
      assertThat(download(client)).as(seedText()).containsExactlyInAnyOrderElementsOf(rows);
      history.settle(rows);
      ending = false;
      killing = false;
      List<Thread> threads = new ArrayList<>();
      for (GroupWriter writer : writers) {
        threads.add(start("writer", () -> change(writer, client)));
      }
      for (int reader = 0; reader < READERS; reader++) {
        boolean bySql = reader % 2 == 0;
        threads.add(start("reader", () -> read(client, bySql)));
      }
      LockSupport.parkNanos(nanos);
      ending = true;
      if (kill) {
        killing = true;
        server.kill();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } finally {
      if (kill) {
        server.kill();
      } else {
        server.close();
      }
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError("Failed with " + seedText(), failed);
    }
  }

  private String seedText() {
    return "seed " + seed;
  }

  /** What a thread does until the life ends. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private Thread start(String name, Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!ending) {
                  step.run();
                }
              } catch (IOException e) {
                if (!killing) {
                  failure.compareAndSet(null, e);
                }
                // Otherwise the server was killed while it was asked: what this test is about.
              } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
              }
            },
            name);
    thread.start();
    return thread;
  }

  private void change(GroupWriter writer, OurClient client) throws IOException {
    writer.change(client);
    changes.incrementAndGet();
  }

  private void read(OurClient client, boolean bySql) throws IOException {
    long before = history.now();
    List<Row> rows;
    long after;
    if (bySql) {
      rows = GroupTable.select(client);
      after = history.now();
    } else {
      DownloadSession session = client.client().createDownload(GroupTable.NAME, null);
      after = history.now();
      rows = GroupTable.rows(client.read(session));
    }
    String fault = history.fault(rows, before, after);
    if (fault != null) {
      throw new AssertionError(fault);
    }
    readings.incrementAndGet();
  }

  private static List<Row> download(OurClient client) throws IOException {
    return GroupTable.rows(client.read(client.client().createDownload(GroupTable.NAME, null)));
  }
}
