package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.store.Disk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be safe from a crash of the machine when a client has its answer, and who waits. */
class DurabilityTest {
  private static final String TABLE = "/projects/demo/tables/t";

  @TempDir private Path directory;

  private TestServer start(Disk disk) throws IOException {
    TestServer server =
        TestServer.start(
            LocalTunnelConfig.builder().anonymous(true).dataDirectory(directory.resolve("data")),
            disk);
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    return server;
  }

  private static HttpResponse<byte[]> put(TestServer server, String id, int block)
      throws IOException {
    byte[] body = UploadSessionTest.rows(server, "x", 1, 2);
    return server.putBlock("t", id, block, body, true, ContentCoding.NONE, "");
  }

  /** Remembers which names of each folder are safe; files are safe by their size. */
  private static final class Noting implements Disk {
    private final Map<Path, Set<String>> names = new HashMap<>();
    private final Set<Long> sizes = new HashSet<>();

    @Override
    public synchronized void force(FileChannel file) throws IOException {
      sizes.add(file.size());
    }

    @Override
    public synchronized void forceNames(Path folder) throws IOException {
      names.put(folder, new HashSet<>(list(folder)));
    }

    private static List<String> list(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.map(file -> file.getFileName().toString()).toList();
      }
    }

    /** Everything in the folder now has a safe name and safe bytes. */
    private synchronized void requireSafe(Path folder) throws IOException {
      assertThat(list(folder)).isNotEmpty().isSubsetOf(names.getOrDefault(folder, Set.of()));
      for (String name : list(folder)) {
        if (Files.isRegularFile(folder.resolve(name))) {
          assertThat(sizes).as(name).contains(Files.size(folder.resolve(name)));
        }
      }
    }
  }

  @Test
  void whatIsAnsweredHasSafeBytesUnderASafeName() throws IOException {
    Noting disk = new Noting();
    try (TestServer server = start(disk)) {
      Path uploads = directory.resolve("data/uploads");
      String id = server.createUpload("t", "").path("UploadID").asText();
      disk.requireSafe(uploads);
      disk.requireSafe(uploads.resolve(id));
      assertThat(put(server, id, 0).statusCode()).isEqualTo(200);
      disk.requireSafe(uploads.resolve(id));
      assertThat(put(server, id, 0).statusCode()).as("again").isEqualTo(200);
      disk.requireSafe(uploads.resolve(id));
      assertThat(put(server, id, 1).statusCode()).isEqualTo(200);
      disk.requireSafe(uploads.resolve(id));
      server.createDownload("t", "");
      Path downloads = directory.resolve("data/downloads");
      assertThat(Noting.list(downloads)).isSubsetOf(disk.names.get(downloads));
    }
  }

  /** Lets the bytes of a block wait for the disk until a test lets them go. */
  private static final class Slow implements Disk {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean slow;

    @Override
    public void force(FileChannel file) throws IOException {
      if (slow) {
        waiting.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }

    @Override
    public void forceNames(Path folder) {
      // Nothing crashes here.
    }
  }

  @Test
  void nobodyElseOfASessionWaitsForTheDiskOfABlock() throws Exception {
    Slow disk = new Slow();
    try (TestServer server = start(disk)) {
      String id = server.createUpload("t", "").path("UploadID").asText();
      assertThat(put(server, id, 0).statusCode()).isEqualTo(200);
      disk.slow = true;
      CompletableFuture<HttpResponse<byte[]>> slow =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return put(server, id, 1);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      try {
        disk.waiting.await();
        disk.slow = false;
        JsonNode session = server.json("GET", TABLE + "?uploadid=" + id);
        assertThat(session.path("UploadedBlockList").findValuesAsText("BlockID"))
            .containsExactly("0");
        assertThat(put(server, id, 2).statusCode()).isEqualTo(200);
      } finally {
        disk.go.countDown();
      }
      assertThat(slow.get().statusCode()).isEqualTo(200);
      server.commit("t", id, "");
      assertThat(server.download("t", true)).hasSize(6);
    }
  }
}
