package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commits that meet each other, time, and failures (specification: regular tunnel, section 2.6).
 */
class CommitTest {
  private static final String TABLE = "/projects/demo/tables/t";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  @TempDir private Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = open();
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private TestServer open() throws IOException {
    return TestServer.start(
        LocalTunnelConfig.builder()
            .anonymous(true)
            .clock(now::get)
            .dataDirectory(directory.resolve("data")));
  }

  private Path folder(String id) {
    return directory.resolve("data/uploads").resolve(id);
  }

  private void restart() throws IOException {
    server.close();
    server = open();
  }

  private String upload(long... ids) throws IOException {
    String id = server.createUpload("t", "").path("UploadID").asText();
    put(id, 0, ids);
    return id;
  }

  private void put(String id, int block, long... ids) throws IOException {
    byte[] body = UploadSessionTest.rows(server, "x", ids);
    assertThat(server.putBlock("t", id, block, body, true, ContentCoding.NONE, "").statusCode())
        .isEqualTo(200);
  }

  private HttpResponse<byte[]> commit(String id) throws IOException {
    return server.send("POST", TABLE + "?uploadid=" + id, null);
  }

  private CompletableFuture<HttpResponse<byte[]>> commitInBackground(String id) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return commit(id);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task, "commit").start());
  }

  private JsonNode reload(String id) throws IOException {
    return server.json("GET", TABLE + "?uploadid=" + id);
  }

  private static String code(HttpResponse<byte[]> response) throws IOException {
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  private ReentrantLock tableLock() {
    return server.storage().catalog().lock("demo", "default", "t");
  }

  @Test
  @Tag("covers:upload-commit/at-once")
  @Tag("covers:upload-commit/again")
  @Tag("covers:upload-reload/closing")
  void aCommitThatIsRepeatedWhileTheFirstRunsEndsLikeTheFirst() throws Exception {
    String id = upload(1, 2);
    ReentrantLock lock = tableLock();
    lock.lock();
    CompletableFuture<HttpResponse<byte[]>> first;
    CompletableFuture<HttpResponse<byte[]>> second;
    try {
      first = commitInBackground(id);
      awaitWaiter(lock);
      assertThat(reload(id).path("Status").asText()).isEqualTo("closing");
      second = commitInBackground(id);
      // Another session's call shows that the server goes on meanwhile.
      assertThat(server.createUpload("t", "").path("Status").asText()).isEqualTo("normal");
    } finally {
      lock.unlock();
    }
    for (HttpResponse<byte[]> answer : List.of(first.get(), second.get(), commit(id))) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(TestServer.JSON.readTree(answer.body()).path("Status").asText())
          .isEqualTo("closed");
    }
    assertThat(server.download("t", true)).containsExactly("1|x", "2|x");
  }

  @Test
  @Tag("covers:upload-commit/at-once")
  @Tag("covers:upload-reload/canceled")
  void aCommitThatIsRepeatedFailsAsTheFirstDoes() throws Exception {
    String id = upload(1, 2);
    Catalog catalog = server.storage().catalog();
    ReentrantLock lock = tableLock();
    lock.lock();
    CompletableFuture<HttpResponse<byte[]>> first;
    CompletableFuture<HttpResponse<byte[]>> second;
    try {
      first = commitInBackground(id);
      awaitWaiter(lock);
      second = commitInBackground(id);
      try (CatalogChange change =
          CatalogChange.begin(catalog, server.storage().database(), now.get())) {
        change.dropTable(catalog.table("demo", "default", "t"));
        change.commit();
      }
    } finally {
      lock.unlock();
    }
    assertThat(code(first.get())).isEqualTo("404 NoSuchTable");
    assertThat(code(second.get())).isEqualTo("404 NoSuchTable");
    assertThat(reload(id).path("Status").asText()).isEqualTo("canceled");
  }

  private static void awaitWaiter(ReentrantLock lock) {
    while (!lock.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aSessionThatIsBeingCommittedIsNeverForgotten() throws Exception {
    String id = upload(1, 2);
    ReentrantLock lock = tableLock();
    lock.lock();
    CompletableFuture<HttpResponse<byte[]>> running;
    try {
      running = commitInBackground(id);
      awaitWaiter(lock);
      now.set(now.get().plus(Duration.ofDays(30)));
      // A new session is what lets the server look for old ones.
      server.createUpload("t", "");
      assertThat(reload(id).path("Status").asText()).isEqualTo("closing");
    } finally {
      lock.unlock();
    }
    assertThat(running.get().statusCode()).isEqualTo(200);
    assertThat(server.download("t", true)).hasSize(2);
  }

  @Test
  @Tag("covers:upload-commit/again")
  void whatHasBeenCommittedIsNeverCommittedAgain() throws Exception {
    String id = upload(1, 2);
    // What a failure between DuckDB's commit and the server's note of it leaves behind.
    server
        .storage()
        .database()
        .execute(
            "INSERT INTO tunnel_catalog.commits (session_id, committed, document) VALUES ('"
                + id
                + "', 0, '"
                + Files.readString(folder(id).resolve("session.json"))
                + "')");
    assertThat(commit(id).statusCode()).isEqualTo(200);
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).isEmpty();
  }

  @Test
  @Tag("covers:upload-commit/storage-fails")
  void aCommitAfterWhichDuckDbFailsIsDone() throws Exception {
    server.sql("INSERT INTO t VALUES (0, 'before')");
    String id = upload(1, 2);
    failCheckpoint("before_truncate");
    assertThat(commit(id).statusCode()).isEqualTo(200);
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    requireCommittedOnce(id);
  }

  @Test
  @Tag("covers:upload-commit/storage-fails")
  void aCommitInWhichDuckDbFailsCanBeRepeated() throws Exception {
    server.sql("INSERT INTO t VALUES (0, 'before')");
    String id = upload(1, 2);
    failCheckpoint("before_header");
    assertThat(code(commit(id))).isEqualTo("500 DataStoreError");
    assertThat(reload(id).path("Status").asText()).isEqualTo("normal");
    assertThat(server.download("t", true)).containsExactly("0|before");
    requireCommittedOnce(id);
  }

  private void requireCommittedOnce(String id) throws IOException {
    assertThat(commit(id).statusCode()).isEqualTo(200);
    assertThat(server.sql("SELECT id FROM t ORDER BY id")).isEqualTo("\"id\"\n0\n1\n2\n");
    server.sql("INSERT INTO t VALUES (3, 'after')");
    server.sql("CREATE TABLE other (id BIGINT)");
    restart();
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).hasSize(4);
    assertThat(server.sql("SHOW TABLES")).contains("other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"before_truncate", "before_header"})
  void rowsAndCatalogAgreeAfterAFailureOfDuckDb(String place) throws Exception {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    failCheckpoint(place);
    boolean done =
        server
            .await(server.submit("INSERT INTO p PARTITION (ds='a') VALUES (1)"))
            .equals("Success");
    assertThat(server.sql("SELECT count(*) AS n FROM p"))
        .isEqualTo(done ? "\"n\"\n1\n" : "\"n\"\n0\n");
    assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo(done ? "ds=a\n" : "");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (2)");
    assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo(done ? "ds=a\nds=b\n" : "ds=b\n");
  }

  /**
   * Lets the checkpoint of the next commit fail, as on a full disk, and with it the database.
   *
   * @param place {@code before_header}, where the commit is undone, or {@code before_truncate},
   *     where it is done
   */
  private void failCheckpoint(String place) throws Exception {
    server
        .storage()
        .database()
        .execute(
            "SET GLOBAL checkpoint_threshold = '1KB'",
            "SET GLOBAL debug_checkpoint_abort = '" + place + "'");
  }

  @Test
  @Tag("covers:upload-reload/closed")
  @Tag("covers:upload-reload/restart")
  void theBlockListSurvivesCommitAndRestart() throws Exception {
    String id = upload(1, 2, 3);
    put(id, 7, 4);
    JsonNode before = reload(id).path("UploadedBlockList");
    assertThat(before.findValuesAsText("BlockID")).containsExactly("0", "7");
    commit(id);
    assertThat(reload(id).path("UploadedBlockList")).isEqualTo(before);
    now.set(now.get().plusSeconds(100));
    restart();
    JsonNode after = reload(id);
    assertThat(after.path("Status").asText()).isEqualTo("closed");
    assertThat(after.path("UploadedBlockList")).isEqualTo(before);
  }

  @Test
  void aDataDirectoryOfAnEarlierVersionIsTakenOver() throws Exception {
    String id = upload(1);
    commit(id);
    server
        .storage()
        .database()
        .execute(
            "DROP INDEX tunnel_catalog.commits_session",
            "ALTER TABLE tunnel_catalog.commits DROP COLUMN blocks",
            "INSERT INTO tunnel_catalog.commits SELECT * FROM tunnel_catalog.commits");
    restart();
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    assertThat(commit(id).statusCode()).isEqualTo(200);
    assertThat(server.download("t", true)).containsExactly("1|x");
    commit(upload(2));
    assertThat(server.download("t", true)).containsExactlyInAnyOrder("1|x", "2|x");
  }

  @Test
  @Tag("covers:upload-reload/critical")
  @Tag("covers:upload-commit/critical")
  @Tag("covers:upload-put/critical")
  void aSessionWhoseBlockIsDamagedOnTheDiskIsCriticalAndCommitsNothing() throws Exception {
    String id = upload(1, 2);
    put(id, 1, 3);
    Path folder = folder(id);
    server.close();
    try (Stream<Path> files = Files.list(folder)) {
      Path block =
          files.filter(f -> f.getFileName().toString().startsWith("b1.")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(block);
      bytes[bytes.length - 20] ^= 1;
      Files.write(block, bytes);
    }
    server = open();
    assertThat(reload(id).path("Status").asText()).isEqualTo("critical");
    assertThat(code(commit(id))).isEqualTo("404 NoSuchData");
    byte[] body = UploadSessionTest.rows(server, "x", 4);
    assertThat(code(server.putBlock("t", id, 0, body, true, ContentCoding.NONE, "")))
        .isEqualTo("404 NoSuchData");
    assertThat(server.download("t", true)).isEmpty();
  }

  @Test
  @Tag("covers:upload-reload/canceled")
  @Tag("covers:upload-commit/canceled")
  void aSessionWhoseTableWasDroppedIsCanceled() throws Exception {
    String id = upload(1);
    server.sql("DROP TABLE t");
    assertThat(reload(id).path("Status").asText()).isEqualTo("canceled");
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    assertThat(reload(id).path("Status").asText()).isEqualTo("canceled");
    restart();
    assertThat(reload(id).path("Status").asText()).isEqualTo("canceled");
    assertThat(code(commit(id))).isEqualTo("404 NoSuchTable");
  }
}
