package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left of upload sessions that have ended: their answers for as long as clients may ask
 * (regular tunnel, sections 2.6 and 2.7), over restarts and kills, and no file.
 */
class FinishedSessionsTest {
  private static final String TABLE = "/projects/demo/tables/t";

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T00:00:00Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .anonymous(true)
                .clock(now::get)
                .dataDirectory(directory.resolve("data")));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void restart() throws IOException {
    server.close();
    start();
  }

  private Path uploads() {
    return directory.resolve("data/uploads");
  }

  /** The folders of sessions that have not ended. */
  private List<Path> folders() throws IOException {
    try (Stream<Path> paths = Files.list(uploads())) {
      return paths.toList();
    }
  }

  private String upload(String table) throws IOException {
    String id = server.createUpload(table, "").path("UploadID").asText();
    byte[] body = UploadSessionTest.rows(server, "x", 1, 2, 3);
    HttpResponse<byte[]> answer =
        server.putBlock(table, id, 7, body, true, ContentCoding.NONE, "&block_version=2");
    assertThat(answer.statusCode()).isEqualTo(200);
    return id;
  }

  private void createTable() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  private JsonNode reload(String id) throws IOException {
    return server.json("GET", TABLE + "?uploadid=" + id);
  }

  private static String code(HttpResponse<byte[]> answer) throws IOException {
    return answer.statusCode()
        + " "
        + TestServer.JSON.readTree(answer.body()).path("Code").asText();
  }

  private long records() throws Exception {
    try (var lease = server.storage().database().lease();
        Statement statement = lease.connection().createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM tunnel_catalog.commits")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void aCommittedSessionHasNoFilesAndAnswersAsBefore() throws IOException {
    createTable();
    server.sql("CREATE TABLE other (id BIGINT, name STRING)");
    String id = upload("t");
    JsonNode open = reload(id);
    assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
    for (int start = 0; start < 2; start++) {
      assertThat(folders()).isEmpty();
      JsonNode ended = reload(id);
      assertThat(ended.path("Status").asText()).isEqualTo("closed");
      for (String field :
          List.of("UploadID", "Initiated", "Owner", "Schema", "QuotaName", "UploadedBlockList")) {
        assertThat(ended.path(field)).as(field).isEqualTo(open.path(field));
      }
      assertThat(ended.path("UploadedBlockList").findValuesAsText("BlockID")).containsExactly("7");
      assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
      byte[] body = UploadSessionTest.rows(server, "y", 9);
      assertThat(code(server.putBlock("t", id, 8, body, true, ContentCoding.NONE, "")))
          .isEqualTo("409 StatusConflict");
      assertThat(code(server.send("GET", "/projects/demo/tables/other?uploadid=" + id, null)))
          .contains("InvalidResourceSpec");
      assertThat(server.download("t", true)).containsExactly("1|x", "2|x", "3|x");
      restart();
    }
  }

  @Test
  void whatAKillLeavesBehindACommitIsDeletedAndTheAnswersStay() throws IOException {
    createTable();
    String id = upload("t");
    Path kept = directory.resolve("kept");
    copy(uploads().resolve(id), kept);
    server.commit("t", id, "");
    server.close();
    copy(kept, uploads().resolve(id));
    start();
    assertThat(folders()).isEmpty();
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).containsExactly("1|x", "2|x", "3|x");
  }

  /** Earlier versions kept the description of a committed session in its folder. */
  @Test
  void sessionsThatEarlierVersionsCommittedMoveIntoTheDatabase() throws Exception {
    createTable();
    String id = upload("t");
    JsonNode open = reload(id);
    Path kept = directory.resolve("kept");
    copy(uploads().resolve(id), kept);
    server.commit("t", id, "");
    server
        .storage()
        .database()
        .execute("UPDATE tunnel_catalog.commits SET state = NULL, document = NULL");
    server.close();
    copy(kept, uploads().resolve(id));
    start();
    assertThat(folders()).isEmpty();
    assertThat(reload(id).path("Status").asText()).isEqualTo("closed");
    assertThat(reload(id).path("Schema")).isEqualTo(open.path("Schema"));
    assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).containsExactly("1|x", "2|x", "3|x");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void anExpiredSessionKeepsItsAnswersForOneMoreLifeAndNoFiles() throws Exception {
    createTable();
    String id = upload("t");
    JsonNode open = reload(id);
    now.set(now.get().plus(Duration.ofHours(25)));
    String fresh = server.createUpload("t", "").path("UploadID").asText();
    for (int start = 0; start < 2; start++) {
      assertThat(folders()).containsExactly(uploads().resolve(fresh));
      JsonNode ended = reload(id);
      assertThat(ended.path("Status").asText()).isEqualTo("expired");
      assertThat(ended.path("UploadedBlockList")).isEqualTo(open.path("UploadedBlockList"));
      assertThat(code(server.send("POST", TABLE + "?uploadid=" + id, null)))
          .isEqualTo("409 StatusConflict");
      restart();
    }
    assertThat(server.commit("t", fresh, "").path("Status").asText()).isEqualTo("closed");
    now.set(now.get().plus(Duration.ofHours(24)));
    assertThat(code(server.send("GET", TABLE + "?uploadid=" + id, null)))
        .isEqualTo("404 NoSuchUpload");
    assertThat(reload(fresh).path("Status").asText()).isEqualTo("closed");
    now.set(now.get().plus(Duration.ofHours(25)));
    server.createUpload("t", "");
    assertThat(code(server.send("GET", TABLE + "?uploadid=" + fresh, null)))
        .isEqualTo("404 NoSuchUpload");
    assertThat(records()).isZero();
  }

  @Test
  void aSessionEndsWithItsTableButNotWithTheNameOfIt() throws IOException {
    createTable();
    String dropped = upload("t");
    server.sql("CREATE TABLE r (id BIGINT, name STRING)");
    String renamed = upload("r");
    server.sql("DROP TABLE t");
    server.sql("ALTER TABLE r RENAME TO elsewhere");
    createTable();
    now.set(now.get().plus(Duration.ofMinutes(2)));
    server.createUpload("t", "");
    assertThat(uploads().resolve(dropped)).doesNotExist();
    assertThat(uploads().resolve(renamed)).exists();
    server.sql("ALTER TABLE elsewhere RENAME TO r");
    for (int start = 0; start < 2; start++) {
      assertThat(reload(dropped).path("Status").asText()).isEqualTo("canceled");
      assertThat(code(server.send("POST", TABLE + "?uploadid=" + dropped, null)))
          .isEqualTo("404 NoSuchTable");
      restart();
    }
    assertThat(server.commit("r", renamed, "").path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("r", true)).containsExactly("1|x", "2|x", "3|x");
  }

  @Test
  void anExpiredDownloadHasNoFilesAndTellsSoForOneMoreLife() throws IOException {
    createTable();
    server.sql("INSERT INTO t VALUES (1, 'a')");
    String old = server.createDownload("t", "").path("DownloadID").asText();
    server.sql("INSERT INTO t VALUES (2, 'b')");
    now.set(now.get().plus(Duration.ofHours(25)));
    JsonNode fresh = server.createDownload("t", "");
    String id = fresh.path("DownloadID").asText();
    try (Stream<Path> files = Files.list(directory.resolve("data/downloads"))) {
      // One file of rows and one document.
      assertThat(files).hasSize(2).anyMatch(file -> file.endsWith(id + ".json"));
    }
    for (int start = 0; start < 2; start++) {
      JsonNode expired = server.json("GET", TABLE + "?downloadid=" + old);
      assertThat(expired.path("Status").asText()).isEqualTo("expired");
      assertThat(expired.path("RecordCount").asLong()).isEqualTo(1);
      assertThat(expired.path("Schema")).isEqualTo(fresh.path("Schema"));
      assertThat(code(server.send("GET", TABLE + "?data&downloadid=" + old, null)))
          .isEqualTo("409 StatusConflict");
      assertThat(code(server.send("GET", TABLE + "?uploadid=" + old, null)))
          .isEqualTo("404 NoSuchUpload");
      assertThat(code(server.send("GET", "/projects/demo/tables/u?downloadid=" + old, null)))
          .isEqualTo("400 InvalidResourceSpec");
      assertThat(server.rows(TABLE, fresh, true, ContentCoding.NONE, "")).hasSize(2);
      restart();
    }
    now.set(now.get().plus(Duration.ofHours(24)));
    server.createDownload("t", "");
    assertThat(code(server.send("GET", TABLE + "?downloadid=" + old, null)))
        .isEqualTo("404 NoSuchDownload");
  }

  /** Specification: control plane, section 5: what a session saw and its table has no longer. */
  @Test
  void replacedRowsAreRefusedToDownloadsThatAreOlderThanARestart() throws IOException {
    createTable();
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("INSERT INTO t VALUES (1, 'a')");
    server.sql("INSERT INTO p PARTITION (ds='a') VALUES (1)");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (2)");
    String table = data(TABLE, server.createDownload("t", ""));
    String partition = "/projects/demo/tables/p";
    String replaced =
        data(partition, server.createDownload("p", "&partition=ds%3Da")) + "&partition=ds%3Da";
    String kept =
        data(partition, server.createDownload("p", "&partition=ds%3Db")) + "&partition=ds%3Db";
    server.sql("INSERT INTO t VALUES (2, 'b')");
    restart();
    assertThat(server.send("GET", table, null).statusCode()).isEqualTo(200);
    server.sql("INSERT OVERWRITE TABLE t VALUES (3, 'c')");
    server.sql("TRUNCATE TABLE p PARTITION (ds='a')");
    for (int start = 0; start < 2; start++) {
      assertThat(code(server.send("GET", table, null))).isEqualTo("409 TableModified");
      assertThat(code(server.send("GET", replaced, null))).isEqualTo("409 TableModified");
      assertThat(server.send("GET", kept, null).statusCode()).isEqualTo(200);
      assertThat(server.send("GET", table + "&disable_modified_check=true", null).statusCode())
          .isEqualTo(200);
      restart();
    }
    String fresh = data(TABLE, server.createDownload("t", ""));
    assertThat(server.send("GET", fresh, null).statusCode()).isEqualTo(200);
  }

  private static String data(String resource, JsonNode session) {
    return resource
        + "?data&rowrange=%280%2C1%29&downloadid="
        + session.path("DownloadID").asText();
  }
}
