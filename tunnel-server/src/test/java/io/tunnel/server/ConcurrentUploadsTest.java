package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writers of one block and sessions of one table at the same time (section 2.4). */
class ConcurrentUploadsTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private byte[] rows(String name, long... ids) throws IOException {
    return UploadSessionTest.rows(server, name, ids);
  }

  private String upload() throws IOException {
    return server.createUpload("t", "").path("UploadID").asText();
  }

  private HttpResponse<byte[]> put(String id, int block, byte[] body, String more)
      throws IOException {
    return server.putBlock("t", id, block, body, true, ContentCoding.NONE, more);
  }

  @Test
  @Tag("covers:upload-put/two-writers")
  void ofTwoWritersAtOnceTheLastToFinishWins() throws Exception {
    String id = upload();
    byte[] slow = rows("slow", 1);
    byte[] quick = rows("quick", 2);
    CompletableFuture<HttpResponse<byte[]>> first = putSlowly(id, slow, "", quick, "");
    assertThat(first.get().statusCode()).isEqualTo(200);
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactly("1|slow");
  }

  @Test
  @Tag("covers:upload-put/block-version")
  void ofTwoWritersAtOnceTheSmallerVersionLosesWheneverItFinishes() throws Exception {
    String id = upload();
    byte[] slow = rows("slow", 1);
    byte[] quick = rows("quick", 2);
    CompletableFuture<HttpResponse<byte[]>> first =
        putSlowly(id, slow, "&block_version=1", quick, "&block_version=2");
    assertThat(first.get().statusCode()).isEqualTo(409);
    assertThat(TestServer.text(first.get())).contains("StatusConflict").contains("version 2");
    JsonNode closed = server.commit("t", id, "");
    assertThat(closed.path("UploadedBlockList").findValuesAsText("Version")).containsExactly("2");
    assertThat(server.download("t", true)).containsExactly("2|quick");
  }

  /** Sends a body whose last byte leaves only after another body of the same block has arrived. */
  private CompletableFuture<HttpResponse<byte[]>> putSlowly(
      String id, byte[] slow, String slowMore, byte[] quick, String quickMore) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    InputStream body =
        new InputStream() {
          private int position;

          @Override
          public int read() throws IOException {
            if (position == slow.length - 1) {
              begun.countDown();
              try {
                mayEnd.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }
            return position == slow.length ? -1 : slow[position++] & 0xff;
          }
        };
    CompletableFuture<HttpResponse<byte[]>> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return server.sendStream(
                    "PUT",
                    "/projects/demo/tables/t?uploadid=" + id + "&blockid=0&arrow" + slowMore,
                    () -> body);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    begun.await();
    assertThat(put(id, 0, quick, quickMore).statusCode()).isEqualTo(200);
    mayEnd.countDown();
    return answer;
  }

  @Test
  @Tag("covers:upload-put/two-writers")
  void aBlockThatManyWriteHasTheRowsOfOneOfThem() throws Exception {
    String id = upload();
    List<byte[]> bodies = new ArrayList<>();
    for (int writer = 0; writer < ConcurrencyTest.CLIENTS; writer++) {
      // The number of rows tells the writer too.
      long[] ids = new long[writer + 1];
      Arrays.fill(ids, writer);
      bodies.add(rows("w" + writer, ids));
    }
    ConcurrencyTest.together(
        writer -> {
          for (int i = 0; i < 20; i++) {
            assertThat(put(id, 7, bodies.get(writer), "").statusCode()).isEqualTo(200);
          }
        });
    try (Stream<Path> files = Files.list(server.storage().folder().uploads().resolve(id))) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("b"))).hasSize(1);
    }
    JsonNode blocks = server.commit("t", id, "").path("UploadedBlockList");
    assertThat(blocks).hasSize(1);
    int rows = blocks.path(0).path("RecordCount").asInt();
    assertThat(server.download("t", true)).hasSize(rows).containsOnly(rows - 1 + "|w" + (rows - 1));
  }

  @Test
  @Tag("covers:upload-commit/concurrent-sessions")
  void sessionsOfOneTableCommitBesideEachOther() throws Exception {
    List<String> ids = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < ConcurrencyTest.CLIENTS; i++) {
      String id = upload();
      put(id, 0, rows("s", 2 * i), "");
      put(id, 1, rows("s", 2 * i + 1), "");
      ids.add(id);
      expected.add(2 * i + "|s");
      expected.add(2 * i + 1 + "|s");
    }
    ConcurrencyTest.together(
        client ->
            assertThat(server.commit("t", ids.get(client), "").path("Status").asText())
                .isEqualTo("closed"));
    assertThat(server.download("t", true)).containsExactlyInAnyOrderElementsOf(expected);
  }
}
