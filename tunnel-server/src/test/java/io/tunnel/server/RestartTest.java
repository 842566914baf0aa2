package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds, after a close and after states that a kill leaves behind. */
class RestartTest {
  @TempDir private Path directory;

  private TestServer start() throws IOException {
    return TestServer.start(
        LocalTunnelConfig.builder().anonymous(true).dataDirectory(directory.resolve("data")));
  }

  @Test
  @Tag("covers:upload-reload/restart")
  @Tag("covers:download-reload/restart")
  @Tag("covers:upload-commit/again")
  void tablesPartitionsAndOpenSessionsSurvive() throws IOException {
    String id;
    JsonNode download;
    try (TestServer server = start()) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING) COMMENT 'kept'");
      server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
      server.sql("ALTER TABLE p ADD PARTITION (ds='a')");
      server.sql("INSERT INTO t VALUES (1, 'first')");
      id = server.createUpload("t", "").path("UploadID").asText();
      server.putBlock(
          "t", id, 4, UploadSessionTest.rows(server, "x", 2, 3), true, ContentCoding.NONE, "");
      server.putBlock(
          "t", id, 4, UploadSessionTest.rows(server, "y", 4), true, ContentCoding.NONE, "");
      download = server.createDownload("t", "");
      server.sql("INSERT INTO t VALUES (9, 'later')");
    }
    try (TestServer server = start()) {
      assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("ds=a\n");
      assertThat(server.sql("DESC t")).contains("kept");
      JsonNode session = server.json("GET", "/projects/demo/tables/t?uploadid=" + id);
      assertThat(session.path("UploadedBlockList").findValuesAsText("BlockID"))
          .containsExactly("4");
      server.putBlock(
          "t", id, 5, UploadSessionTest.rows(server, "z", 5), true, ContentCoding.NONE, "");
      server.commit("t", id, "");
      assertThat(server.download("t", true))
          .containsExactlyInAnyOrder("1|first", "9|later", "4|y", "5|z");
      assertThat(server.rows("/projects/demo/tables/t", download, true, ContentCoding.NONE, ""))
          .containsExactly("1|first");
    }
    try (TestServer server = start()) {
      assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
      assertThat(server.sql("SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n4\n");
    }
  }

  /** What SQL and uploads refuse today is still there from earlier versions. */
  @Test
  void partitionsWithBlanksAndQuotesOfEarlierVersionsKeepTheirRows() throws Exception {
    try (TestServer server = start()) {
      server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
      server.sql("INSERT INTO p PARTITION (ds='x', hh='1') VALUES (1)");
      server.sql("INSERT INTO p PARTITION (ds='y', hh='2') VALUES (2)");
      String data = server.storage().catalog().table("demo", "default", "p").physicalName();
      server
          .storage()
          .database()
          .execute(
              "UPDATE " + data + " SET ds = ' a ' WHERE id = 1",
              "UPDATE " + data + " SET ds = '\"q\"' WHERE id = 2",
              "UPDATE tunnel_catalog.partitions SET spec = 'ds= a ,hh=1' WHERE spec = 'ds=x,hh=1'",
              "UPDATE tunnel_catalog.partitions SET spec = 'ds=\"q\",hh=2'"
                  + " WHERE spec = 'ds=y,hh=2'");
    }
    try (TestServer server = start()) {
      assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("ds= a /hh=1\nds=\"q\"/hh=2\n");
      assertThat(server.sql("SELECT id FROM p WHERE ds = ' a '")).isEqualTo("\"id\"\n1\n");
      server.sql("ALTER TABLE p DROP PARTITION (ds=' a ')");
      server.sql("TRUNCATE TABLE p PARTITION (ds='\"q\"')");
      assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("ds=\"q\"/hh=2\n");
      assertThat(server.sql("SELECT count(*) AS n FROM p")).isEqualTo("\"n\"\n0\n");
      for (String value : List.of(" a", "a ", "\\'a\\'", "\"a\"", "a\"b", "a,b", "a/b")) {
        assertThat(server.failure("ALTER TABLE p ADD PARTITION (ds='" + value + "', hh='1')"))
            .as(value)
            .contains("Partition column ds");
        assertThat(
                server.failure("INSERT INTO p PARTITION (ds, hh) SELECT 1, '" + value + "', 'h'"))
            .as(value)
            .contains("Partition column ds");
      }
      assertThat(server.sql("SELECT count(*) AS n FROM p")).isEqualTo("\"n\"\n0\n");
    }
  }

  @Test
  void upsertSessionsSurviveWithTheOrderOfTheirPacks() throws IOException {
    UpsertCalls session;
    UpsertCalls damaged;
    try (TestServer server = start()) {
      server.sql(
          "CREATE TABLE d (k BIGINT, v STRING, PRIMARY KEY (k)) TBLPROPERTIES"
              + " (\"transactional\"=\"true\")");
      session = new UpsertCalls(server, "d", "");
      session.write(0, "U 1 a", "U 2 a");
      session.write(0, "U 1 b", "U 3 b");
      damaged = new UpsertCalls(server, "d", "");
      damaged.write(0, "U 9 x");
    }
    Path upserts = directory.resolve("data/upserts");
    Files.write(firstPack(upserts.resolve(damaged.id())), new byte[100]);
    Path folder = upserts.resolve(session.id());
    byte[] pack;
    Path packFile;
    try (TestServer server = start()) {
      session.on(server).write(0, "U 1 c", "D 2 ~");
      assertThat(session.on(server).status("GET")).isEqualTo("normal");
      assertThat(damaged.on(server).status("GET")).isEqualTo("critical");
      assertThat(damaged.on(server).call("POST").statusCode()).isEqualTo(404);
      packFile = firstPack(folder);
      pack = Files.readAllBytes(packFile);
      assertThat(session.on(server).status("POST")).isEqualTo("committed");
      assertThat(folder).doesNotExist();
      server.sql("INSERT INTO d VALUES (1, 'later')");
    }
    // As a kill between the commit and its cleaning leaves it.
    Files.createDirectory(folder);
    Files.write(packFile, pack);
    try (TestServer server = start()) {
      assertThat(folder).doesNotExist();
      assertThat(session.on(server).status("POST")).isEqualTo("committed");
      assertThat(server.sql("SELECT k, v FROM d ORDER BY k"))
          .isEqualTo("\"k\",\"v\"\n1,\"later\"\n3,\"b\"\n");
    }
  }

  /** The pack that was sent first. */
  private static Path firstPack(Path session) throws IOException {
    try (Stream<Path> files = Files.list(session)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("p"))
          .min(java.util.Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  @Test
  void whatAKillLeavesBetweenCommitAndCleaningIsCleaned() throws IOException {
    Path blocks;
    byte[] block;
    String id;
    try (TestServer server = start()) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING)");
      id = server.createUpload("t", "").path("UploadID").asText();
      server.putBlock(
          "t", id, 0, UploadSessionTest.rows(server, "x", 1), true, ContentCoding.NONE, "");
      blocks = directory.resolve("data/uploads").resolve(id);
      try (Stream<Path> files = Files.list(blocks)) {
        block =
            Files.readAllBytes(
                files
                    .filter(f -> f.getFileName().toString().startsWith("b"))
                    .findFirst()
                    .orElseThrow());
      }
      server.commit("t", id, "");
    }
    // The block file as it was before the commit, an unfinished block, and a session without text.
    Files.createDirectory(blocks);
    Files.write(blocks.resolve("b0.1.v0"), block);
    Files.write(blocks.resolve("b1.2.v0"), java.util.Arrays.copyOf(block, block.length / 2));
    Path orphan =
        Files.createDirectories(directory.resolve("data/uploads/202601010000000123456789abcdef"));
    Path temporary =
        Files.createFile(
            Files.createDirectories(directory.resolve("data/temporary")).resolve("f1"));
    try (TestServer server = start()) {
      assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");
      assertThat(server.download("t", true)).containsExactly("1|x");
      assertThat(orphan).doesNotExist();
      assertThat(temporary).doesNotExist();
      assertThat(blocks).doesNotExist();
    }
  }

  @Test
  void aDirectoryWithFilesOfOthersIsRefusedAndLeftAsItIs() throws IOException {
    Path thesis = directory.resolve("data/results/thesis.txt");
    Path photo = directory.resolve("data/uploads/photos/a.jpg");
    Path holiday = directory.resolve("data/downloads/summer.pdf");
    for (Path file : List.of(thesis, photo, holiday)) {
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
    assertThatThrownBy(this::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty and no data directory of this server");
    assertThat(thesis).exists();
    assertThat(photo).exists();
    assertThat(holiday).exists();
    assertThat(directory.resolve("data/tunnel.lock")).doesNotExist();
  }

  @Test
  void filesThatNoServerMadeStayInItsFolders() throws IOException {
    start().close();
    Path photo = directory.resolve("data/uploads/photos/a.jpg");
    Path holiday = directory.resolve("data/downloads/summer.pdf");
    Path notes = directory.resolve("data/downloads/notes.json");
    Files.createDirectories(photo.getParent());
    for (Path file : List.of(photo, holiday, notes)) {
      Files.createFile(file);
    }
    start().close();
    assertThat(photo).exists();
    assertThat(holiday).exists();
    assertThat(notes).exists();
  }

  @Test
  void sessionsThatCannotBeReadAreMovedAsideAndCostNothingElse() throws IOException {
    String upload;
    String download;
    try (TestServer server = start()) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING)");
      server.sql("INSERT INTO t VALUES (1, 'kept')");
      upload = server.createUpload("t", "").path("UploadID").asText();
      download = server.createDownload("t", "").path("DownloadID").asText();
    }
    Path uploads = directory.resolve("data/uploads");
    Path downloads = directory.resolve("data/downloads");
    Files.writeString(uploads.resolve(upload).resolve("session.json"), "{\"id\": ");
    Files.writeString(downloads.resolve(download + ".json"), "{}");
    try (TestServer server = start()) {
      assertThat(server.download("t", true)).containsExactly("1|kept");
      assertThat(uploads.resolve("unreadable-" + upload).resolve("session.json")).exists();
      assertThat(downloads.resolve(download + ".json.unreadable")).exists();
    }
    start().close();
  }

  @Test
  void aDirectoryThatCannotBePreparedIsFreeAgain() throws IOException {
    start().close();
    Path uploads = directory.resolve("data/uploads");
    Files.delete(uploads);
    Files.createFile(uploads);
    assertThatThrownBy(this::start).isInstanceOf(IOException.class);
    Files.delete(uploads);
    start().close();
  }

  @Test
  void aDirectoryInUseIsRefusedWithAReason() throws IOException {
    try (TestServer server = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("data directory");
      assertThat(server.sql("SHOW TABLES")).isEmpty();
    }
  }

  @Test
  void aServerInMemoryLeavesNothingBehind() throws IOException {
    Path own;
    try (TestServer server = TestServer.start(LocalTunnelConfig.builder().anonymous(true))) {
      own = server.storage().folder().root();
      server.sql("CREATE TABLE t (id BIGINT)");
      server.select("SELECT * FROM t", true);
      assertThat(own).isNotEmptyDirectory();
    }
    assertThat(own).doesNotExist();
  }
}
