package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
    try (TestServer server = start(new StorageLimits(600 * MIB, 300 * MIB, MIB))) {
      assertThat(setting(server, "memory_limit")).isEqualTo("600.0 MiB");
      assertThat(setting(server, "max_temp_directory_size")).isEqualTo("300.0 MiB");
      assertThat(setting(server, "temp_directory"))
          .isEqualTo(server.storage().folder().temporary().toString());
    }
    assertThatThrownBy(() -> new StorageLimits(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOldestResultsAreForgottenWhenAllTakeTooMuch() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 512 * MIB, MIB))) {
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
  void aBlockThatFindsNoRoomLeavesEverythingAsItWas() throws Exception {
    try (TestServer server = start(new StorageLimits(512 * MIB, 64 * 1024, MIB))) {
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
