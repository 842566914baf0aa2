package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server takes of memory and disk, beside the tables. */
class StorageLimitsTest {
  private static final long MIB = 1L << 20;

  @TempDir private Path directory;

  private static TestServer start(StorageLimits limits) throws IOException {
    return TestServer.start(LocalTunnelConfig.builder().anonymous(true).storage(limits));
  }

  private static String setting(TestServer server, String name) throws SQLException {
    try (Database.Lease lease = server.storage().database().lease();
        Statement statement = lease.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT current_setting('" + name + "')")) {
      result.next();
      return result.getString(1);
    }
  }

  @Test
  void duckDbTakesAPartOfTheMachineOnly() throws Exception {
    StorageLimits limits = StorageLimits.forMachine(directory);
    assertThat(limits.databaseMemoryBytes()).isGreaterThanOrEqualTo(512 * MIB);
    assertThat(limits.temporaryBytes()).isGreaterThanOrEqualTo(1024 * MIB);
    assertThat(limits.resultBytes()).isGreaterThanOrEqualTo(1024 * MIB);
    assertThat(limits.snapshotBytes()).isGreaterThanOrEqualTo(1024 * MIB);
    try (TestServer server = start(new StorageLimits(600 * MIB, 300 * MIB, MIB, MIB))) {
      assertThat(setting(server, "memory_limit")).isEqualTo("600.0 MiB");
      assertThat(setting(server, "max_temp_directory_size")).isEqualTo("300.0 MiB");
      assertThat(setting(server, "temp_directory"))
          .isEqualTo(server.storage().folder().temporary().toString());
    }
    assertThatThrownBy(() -> new StorageLimits(1, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOldestResultsAreForgottenWhenAllTakeTooMuch() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 512 * MIB, MIB, MIB))) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        // About 0.4 MiB each.
        String id = server.submit("SELECT repeat('x', 400000) AS s");
        assertThat(server.await(id)).isEqualTo("Success");
        ids.add(id);
      }
      assertThat(results(server)).isLessThanOrEqualTo(MIB);
      assertThat(downloadStatus(server, ids.get(0))).isEqualTo(404);
      assertThat(downloadStatus(server, ids.get(2))).isEqualTo(404);
      assertThat(downloadStatus(server, ids.get(3))).isEqualTo(201);
      assertThat(downloadStatus(server, ids.get(4))).isEqualTo(201);
      // A result that is too large alone is for its reader nevertheless.
      assertThat(server.select("SELECT repeat('y', 3000000) AS s", true)).hasSize(1);
      assertThat(downloadStatus(server, ids.get(4))).isEqualTo(404);
    }
  }

  @Test
  @Tag("covers:download-reload/expired")
  void theRowsOfTheOldestSessionsAreGivenUpWhenAllTakeTooMuch() throws Exception {
    Path data = directory.resolve("data");
    StorageLimits limits = new StorageLimits(512 * MIB, 512 * MIB, MIB, MIB);
    List<String> ids = new ArrayList<>();
    try (TestServer server =
        TestServer.start(
            LocalTunnelConfig.builder().anonymous(true).dataDirectory(data).storage(limits))) {
      server.sql("CREATE TABLE t (v STRING)");
      server.sql("INSERT INTO t VALUES (repeat('x', 300000))");
      for (int i = 0; i < 4; i++) {
        // About 0.3 MiB each, of which three are few enough.
        server.sql("CREATE TABLE t" + i + " (v STRING)");
        server.sql("INSERT INTO t" + i + " SELECT v FROM t");
        ids.add(server.createDownload("t" + i, "").path("DownloadID").asText());
        // Asked for again, the first is not the oldest any more.
        server.createDownload("t0", "");
      }
      assertThat(state(server, "t0", ids.get(0))).isEqualTo("normal 200");
      assertThat(state(server, "t1", ids.get(1))).isEqualTo("expired 409");
      assertThat(state(server, "t2", ids.get(2))).isEqualTo("normal 200");
      assertThat(state(server, "t3", ids.get(3))).isEqualTo("normal 200");
      HttpResponse<byte[]> refused = data(server, "t1", ids.get(1));
      assertThat(TestServer.text(refused)).contains("StatusConflict").contains("1048576 bytes");
      // Whoever asks again gets the rows.
      assertThat(server.download("t1", true)).hasSize(1);
    }
    try (TestServer server =
        TestServer.start(
            LocalTunnelConfig.builder().anonymous(true).dataDirectory(data).storage(limits))) {
      assertThat(state(server, "t3", ids.get(3))).isEqualTo("normal 200");
      assertThat(state(server, "t2", ids.get(2))).isEqualTo("expired 409");
      assertThat(snapshots(server)).hasSizeLessThanOrEqualTo(3);
    }
  }

  private static HttpResponse<byte[]> data(TestServer server, String table, String id)
      throws IOException {
    return server.send("GET", "/projects/demo/tables/" + table + "?data&downloadid=" + id, null);
  }

  private static String state(TestServer server, String table, String id) throws IOException {
    return server
            .json("GET", "/projects/demo/tables/" + table + "?downloadid=" + id)
            .path("Status")
            .asText()
        + " "
        + data(server, table, id).statusCode();
  }

  private static List<Path> snapshots(TestServer server) throws IOException {
    try (Stream<Path> files = Files.list(server.storage().folder().downloads())) {
      return files.filter(f -> f.getFileName().toString().matches("s[0-9]+")).toList();
    }
  }

  @Test
  void rowsThatAreGivenUpReachTheirReaderToTheEnd() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 512 * MIB, MIB, MIB))) {
      server.sql("CREATE TABLE t (v STRING)");
      server.sql("CREATE TABLE other (v STRING)");
      // More than the buffers on the way hold, in several batches of the file.
      server.sql("INSERT INTO t SELECT repeat('x', 40000000) FROM (VALUES (1), (2), (3)) AS n(i)");
      String session = server.createDownload("t", "").path("DownloadID").asText();
      String statement = server.submit("SELECT v FROM t");
      assertThat(server.await(statement)).isEqualTo("Success");
      String result = "/projects/demo/instances/" + statement;
      String resultSession = server.json("POST", result + "?downloads").path("DownloadID").asText();
      try (InputStream table = open(server, "/projects/demo/tables/t", session);
          InputStream rows = open(server, result, resultSession)) {
        table.readNBytes(100);
        rows.readNBytes(100);
        server.createDownload("other", "");
        assertThat(server.select("SELECT 1 AS n", true)).hasSize(1);
        assertThat(data(server, "t", session).statusCode()).isEqualTo(409);
        assertThat(downloadStatus(server, statement)).isEqualTo(404);
        assertThat(results(server)).isGreaterThan(3 * 40_000_000);
        for (InputStream in : List.of(table, rows)) {
          assertThat(in.transferTo(OutputStream.nullOutputStream())).isGreaterThan(3 * 40_000_000);
        }
      }
      assertThat(results(server)).isLessThanOrEqualTo(MIB);
      assertThat(snapshots(server)).hasSize(1);
    }
  }

  private static InputStream open(TestServer server, String path, String session)
      throws IOException {
    return URI.create(
            "http://"
                + server.endpoint().getAuthority()
                + path
                + "?data&arrow&downloadid="
                + session)
        .toURL()
        .openStream();
  }

  private static int downloadStatus(TestServer server, String id) throws IOException {
    return server.send("POST", "/projects/demo/instances/" + id + "?downloads", null).statusCode();
  }

  private static long results(TestServer server) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(server.storage().folder().results())) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  @Test
  @Tag("covers:upload-put/disk-full")
  void aBlockThatFindsNoRoomLeavesEverythingAsItWas() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 64 * 1024, MIB, MIB))) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING)");
      String id = server.createUpload("t", "").path("UploadID").asText();
      byte[] small = UploadSessionTest.rows(server, "x", 1, 2);
      byte[] large = UploadSessionTest.rows(server, "x".repeat(100_000), 3);
      assertThat(server.putBlock("t", id, 0, small, true, ContentCoding.NONE, "").statusCode())
          .isEqualTo(200);
      HttpResponse<byte[]> refused =
          server.putBlock("t", id, 0, large, true, ContentCoding.NONE, "");
      assertThat(refused.statusCode()).isEqualTo(500);
      assertThat(TestServer.text(refused)).contains("DataStoreError").contains("65536 bytes");
      assertThat(server.storage().folder().temporaryBytes()).isZero();
      String failure = server.failure("SELECT repeat('x', 100000) AS s");
      assertThat(failure).contains("65536 bytes");
      assertThat(server.storage().folder().temporaryBytes()).isZero();
      server.commit("t", id, "");
      assertThat(server.download("t", true)).containsExactly("1|x", "2|x");
    }
  }

  @Test
  @Tag("covers:download-data/disk-full")
  void aDownloadWhoseCopyFindsNoRoomFailsAndIsNeverShort() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 3 * MIB, 64 * MIB, MIB))) {
      server.sql("CREATE TABLE d (n BIGINT)");
      server.sql("INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
      server.sql("CREATE TABLE t (id BIGINT, name STRING)");
      // About 400,000 rows of 16 bytes and more; the first batches take a sixth of the limit.
      server.sql(
          "INSERT INTO t SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n"
              + " + 100000 * f.n, 'name' FROM d a CROSS JOIN d b CROSS JOIN d c CROSS JOIN d d"
              + " CROSS JOIN d e CROSS JOIN (SELECT n FROM d WHERE n < 4) f");
      HttpResponse<byte[]> created = server.send("POST", "/projects/demo/tables/t?downloads", null);
      String told = TestServer.text(created);
      if (created.statusCode() == 200) {
        // The session began before the copy failed.
        String id = TestServer.JSON.readTree(told).path("DownloadID").asText();
        assertThatThrownBy(() -> readAll(server, id)).isInstanceOf(IOException.class);
        HttpResponse<byte[]> status =
            server.send("GET", "/projects/demo/tables/t?downloadid=" + id, null);
        assertThat(status.statusCode()).isEqualTo(500);
        told = TestServer.text(status);
      }
      assertThat(told).contains("DataStoreError").contains(3 * MIB + " bytes");
      assertThat(server.storage().folder().temporaryBytes()).isZero();
      assertThat(snapshots(server)).isEmpty();
      // What fits is served.
      assertThat(server.download("d", true)).hasSize(10);
    }
  }

  private static void readAll(TestServer server, String session) throws IOException {
    try (InputStream in = open(server, "/projects/demo/tables/t", session)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void aLargeLoadThatFailsLeavesTheOrderOfRowsKept() throws Exception {
    try (TestServer server = start(null)) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING)");
      String id = server.createUpload("t", "").path("UploadID").asText();
      byte[] body = UploadSessionTest.rows(server, "x", new long[150_000]);
      server.putBlock("t", id, 0, body, true, ContentCoding.NONE, "");
      try (Stream<Path> files = Files.list(server.storage().folder().uploads().resolve(id))) {
        Path block =
            files
                .filter(f -> f.getFileName().toString().startsWith("b0."))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(block);
        bytes[bytes.length / 2] ^= 1;
        Files.write(block, bytes);
      }
      HttpResponse<byte[]> commit =
          server.send("POST", "/projects/demo/tables/t?uploadid=" + id, null);
      assertThat(commit.statusCode()).isEqualTo(500);
      assertThat(setting(server, "preserve_insertion_order")).isEqualTo("true");
      assertThat(server.sql("SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n0\n");
      // Written again, the block can be committed.
      server.putBlock("t", id, 0, body, true, ContentCoding.NONE, "");
      server.commit("t", id, "");
      assertThat(server.sql("SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n150000\n");
      assertThat(setting(server, "preserve_insertion_order")).isEqualTo("true");
    }
  }
}
