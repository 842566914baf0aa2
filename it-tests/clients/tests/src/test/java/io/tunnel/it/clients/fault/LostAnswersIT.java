package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UploadStatus;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our upload session through a proxy that loses answers and cuts requests. */
class LostAnswersIT {
  private static final String TABLE = "t";

  private LocalTunnel server;
  private CuttingProxy proxy;
  private OurClient client;

  @BeforeEach
  void start() throws Exception {
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder().project(OurClient.PROJECT).anonymous(true).build());
    proxy = new CuttingProxy(server.endpoint());
    client =
        new OurClient(
            TunnelConfig.builder(proxy.endpoint(), OurClient.PROJECT)
                .retryTimeout(Duration.ofSeconds(20))
                .build());
    client.sql("CREATE TABLE " + TABLE + " (id BIGINT, v STRING)");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    proxy.close();
    server.close();
  }

  @Test
  @Tag("covers:upload-commit/lost-answer")
  void aCommitWhoseAnswerIsLostSucceedsAndCountsOnce() throws Exception {
    UploadSession session = session();
    client.writeBlock(session, 0, rows(0, 100));
    proxy.loseCommitAnswers(1);
    session.commit(Set.of(0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
    assertThat(stored()).isEqualTo(rows(0, 100));
  }

  @Test
  @Tag("covers:upload-commit/again")
  void aCommitThatIsAskedAgainChangesNothing() throws Exception {
    UploadSession session = session();
    client.writeBlock(session, 0, rows(0, 100));
    session.commit(Set.of(0));
    session.commit(Set.of(0));
    client.client().attachUpload(session.handle()).commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 100));
  }

  @Test
  void anOverwritingCommitWhoseAnswerIsLostDoesNotUndoALaterOne() throws Exception {
    UploadSession first =
        client.client().createUpload(OurClient.table(TABLE), UploadOptions.replace());
    client.writeBlock(first, 0, rows(0, 10));
    first.commit(Set.of(0));
    UploadSession second =
        client.client().createUpload(OurClient.table(TABLE), UploadOptions.replace());
    client.writeBlock(second, 0, rows(10, 20));
    proxy.loseCommitAnswers(1);
    second.commit(Set.of(0));
    first.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(10, 20));
  }

  @Test
  void aBlockThatIsCutIsSentAgainWithAllItsRows() throws Exception {
    UploadSession session = session();
    proxy.cutBlocks(1, 300_000);
    List<List<@Nullable Object>> rows = longRows(4000);
    client.writeBlock(session, 0, rows);
    assertThat(proxy.blocksSeen()).as("requests for the one block").isGreaterThanOrEqualTo(2);
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows);
  }

  @Test
  void aSmallBlockThatIsCutAtOnceIsSentAgain() throws Exception {
    UploadSession session = session();
    proxy.cutBlocks(1, 0);
    client.writeBlock(session, 0, rows(0, 5));
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 5));
  }

  @Test
  void aBlockThatIsNeverFinishedDoesNotCount() throws Exception {
    UploadSession session = session();
    client.writeBlock(session, 0, rows(0, 5));
    try (BlockWriter writer = session.openBlock(1, client.allocator());
        VectorSchemaRoot root = client.batch(session, longRows(2000))) {
      for (int i = 0; i < 10; i++) {
        writer.write(root);
      }
    }
    session.reload();
    assertThat(session.blocks()).containsExactly(0);
    assertThatThrownBy(() -> session.commit(Set.of(0, 1)))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("1");
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 5));
  }

  @Test
  void anUnfinishedWriterLeavesTheBlockOfAnotherAlone() throws Exception {
    UploadSession session = session();
    try (BlockWriter loser = session.openBlock(0, client.allocator());
        VectorSchemaRoot root = client.batch(session, longRows(2000))) {
      loser.write(root);
      client.writeBlock(session, 0, rows(0, 5));
      loser.write(root);
    }
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 5));
  }

  @Test
  void ofManyAttemptsAtOnceOnOneBlockExactlyOneCounts() throws Exception {
    UploadSession session = session();
    int attempts = 8;
    int rowsEach = 3000;
    ExecutorService threads = Executors.newFixedThreadPool(attempts);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int attempt = 0; attempt < attempts; attempt++) {
        List<List<@Nullable Object>> rows = rows(attempt * rowsEach, (attempt + 1) * rowsEach);
        running.add(
            threads.submit(
                () -> {
                  client.writeBlock(session, 0, rows);
                  return null;
                }));
      }
      for (Future<?> attempt : running) {
        attempt.get();
      }
    } finally {
      threads.shutdown();
    }
    session.commit(Set.of(0));
    List<List<@Nullable Object>> stored = stored();
    int first = Integer.parseInt(String.valueOf(stored.get(0).get(0)));
    assertThat(first % rowsEach).isZero();
    assertThat(stored).isEqualTo(rows(first, first + rowsEach));
  }

  @Test
  void aTableDroppedInMidWriteFailsTheCommitAndLeavesNothing() throws Exception {
    UploadSession session = session();
    client.writeBlock(session, 0, rows(0, 5));
    client.sql("DROP TABLE " + TABLE);
    assertThatThrownBy(() -> session.commit(Set.of(0)))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("NoSuchTable");
    client.sql("CREATE TABLE " + TABLE + " (id BIGINT, v STRING)");
    assertThat(stored()).as("a table of the same name is another table").isEmpty();
    assertThatThrownBy(() -> session.commit(Set.of(0))).isInstanceOf(TunnelException.class);
    assertThat(stored()).isEmpty();
  }

  private UploadSession session() throws IOException {
    return client.client().createUpload(OurClient.table(TABLE), UploadOptions.append());
  }

  private List<List<@Nullable Object>> stored() throws IOException {
    return OurClient.ordered(client.download(TABLE, null));
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "v" + i)));
    }
    return rows;
  }

  private static List<List<@Nullable Object>> longRows(int count) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), ("v" + i + " ").repeat(60))));
    }
    return rows;
  }
}
