package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many sessions and blocks at once, watched by readers: nobody ever sees a part of a session. */
class ParallelSessionsIT {
  private static final int THREADS = 6;
  private static final int SESSIONS_EACH = 4;
  private static final int BLOCKS = 3;
  private static final int ROWS = 400;

  private LocalTunnel server;
  private OurClient client;
  private ExecutorService threads;

  @BeforeEach
  void start() throws Exception {
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder().project(OurClient.PROJECT).anonymous(true).build());
    client = new OurClient(TunnelConfig.builder(server.endpoint(), OurClient.PROJECT).build());
    threads = Executors.newFixedThreadPool(THREADS + 2);
    client.sql("CREATE TABLE t (session BIGINT, n BIGINT)");
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdown();
    client.close();
    server.close();
  }

  @Test
  @Tag("covers:upload-commit/concurrent-sessions")
  void readersSeeWholeSessionsOnlyWhileManyCommit() throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Future<Integer>> readers =
        List.of(
            threads.submit(() -> watch(writing, this::countBySql)),
            threads.submit(() -> watch(writing, this::countByDownload)));
    List<Future<?>> writers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread * SESSIONS_EACH;
      writers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < SESSIONS_EACH; i++) {
                  writeSession(first + i);
                }
                return null;
              }));
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    writing.set(false);
    for (Future<Integer> reader : readers) {
      assertThat(reader.get()).as("looks of a reader").isPositive();
    }
    assertThat(countBySql()).isEqualTo((long) THREADS * SESSIONS_EACH * BLOCKS * ROWS);
  }

  @Test
  @Tag("covers:upload-put/parallel")
  void blocksOfOneSessionAreWrittenInParallel() throws Exception {
    int blocks = 40;
    UploadSession session = session();
    List<Future<?>> writers = new ArrayList<>();
    Set<Integer> ids = new TreeSet<>();
    for (int block = 0; block < blocks; block++) {
      int id = block;
      ids.add(id);
      writers.add(
          threads.submit(
              () -> {
                client.writeBlock(session, id, rows(id, 0));
                return null;
              }));
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    session.commit(ids);
    assertThat(client.select("SELECT COUNT(*), COUNT(DISTINCT session) FROM t"))
        .hasToString("[[" + (long) blocks * ROWS + ", " + blocks + "]]");
  }

  private void writeSession(int number) throws IOException {
    UploadSession session = session();
    for (int block = 0; block < BLOCKS; block++) {
      client.writeBlock(session, block, rows(number, block));
    }
    session.commit(Set.of(0, 1, 2));
  }

  private static int watch(AtomicBoolean writing, Callable<Long> count) throws Exception {
    int looks = 0;
    do {
      assertThat(count.call() % (BLOCKS * ROWS)).as("rows of unfinished sessions").isZero();
      looks++;
    } while (writing.get());
    return looks;
  }

  private long countBySql() throws IOException {
    return Long.parseLong(String.valueOf(client.select("SELECT COUNT(*) FROM t").get(0).get(0)));
  }

  private long countByDownload() throws IOException {
    return client.client().createDownload(OurClient.table("t"), null).recordCount();
  }

  private UploadSession session() throws IOException {
    return client.client().createUpload(OurClient.table("t"), UploadOptions.append());
  }

  private static List<List<@Nullable Object>> rows(int number, int block) {
    return IntStream.range(0, ROWS)
        .mapToObj(
            row ->
                List.<@Nullable Object>of(
                    String.valueOf(number), String.valueOf(block * ROWS + row)))
        .toList();
  }
}
