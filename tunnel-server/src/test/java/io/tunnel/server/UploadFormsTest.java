package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies and states of uploads that the specification names and few clients use. */
class UploadFormsTest {
  private static final String TABLE = "/projects/demo/tables/t";
  private static final int FRAME = 4;

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE p (id BIGINT, name STRING) PARTITIONED BY (ds STRING)");
    server.sql("ALTER TABLE p ADD PARTITION (ds='a') PARTITION (ds='b')");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String upload(String more) throws IOException {
    return server.createUpload("t", more).path("UploadID").asText();
  }

  private HttpResponse<byte[]> put(String id, int block, byte[] body) throws IOException {
    return server.putBlock("t", id, block, body, true, ContentCoding.NONE, "");
  }

  private static String code(HttpResponse<byte[]> response) throws IOException {
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  /** Section 4.1.1, written from the text: chunks with their checksums, then that of all. */
  private static byte[] framed(byte[] payload, int chunk) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(number(chunk));
    for (int from = 0; from < payload.length; from += chunk) {
      byte[] part = Arrays.copyOfRange(payload, from, Math.min(payload.length, from + chunk));
      body.writeBytes(part);
      if (part.length == chunk) {
        body.writeBytes(checksum(part));
      }
    }
    body.writeBytes(checksum(payload));
    return body.toByteArray();
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return number((int) checksum.getValue());
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(FRAME).putInt(value).array();
  }

  /** The payload of a body that is shorter than one chunk. */
  private byte[] payload(String name, long... ids) throws IOException {
    byte[] body = UploadSessionTest.rows(server, name, ids);
    assertThat(body.length).isLessThan(1 << 16);
    return Arrays.copyOfRange(body, FRAME, body.length - FRAME);
  }

  @Test
  @Tag("covers:upload-put/chunk-size")
  void aBodyMayHaveChunksOfAnySize() throws IOException {
    byte[] payload = payload("x", 1, 2, 3);
    String id = upload("");
    int block = 0;
    for (int chunk : new int[] {1, 7, 248, 1024, payload.length, 65_536, 1 << 20}) {
      HttpResponse<byte[]> answer = put(id, block++, framed(payload, chunk));
      assertThat(answer.statusCode()).as("%s: %s", chunk, TestServer.text(answer)).isEqualTo(200);
    }
    server.commit("t", id, "");
    assertThat(server.download("t", true)).hasSize(3 * block).containsOnly("1|x", "2|x", "3|x");
  }

  @Test
  @Tag("covers:upload-put/end-of-stream")
  @Tag("covers:upload-put/several-batches")
  void aBodyMayEndWithTheMarkOfItsEnd() throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(payload("x", 1, 2));
    payload.writeBytes(payload("y", 3));
    payload.writeBytes(number(-1));
    payload.writeBytes(number(0));
    String id = upload("");
    assertThat(put(id, 0, framed(payload.toByteArray(), 65_536)).statusCode()).isEqualTo(200);
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactly("1|x", "2|x", "3|y");
  }

  @Test
  @Tag("client:recorded")
  @Tag("covers:upload-put/no-validity")
  void aColumnWithoutNullsNeedsNoValidity() throws IOException {
    String id = upload("");
    // Three rows without NULL, and three with, as PyODPS has written them.
    assertThat(put(id, 0, TypesTest.vector("py-arrow-block-nonull.bin")).statusCode())
        .isEqualTo(200);
    assertThat(put(id, 1, TypesTest.vector("py-arrow-block.bin")).statusCode()).isEqualTo(200);
    server.commit("t", id, "");
    assertThat(server.download("t", true))
        .containsExactlyInAnyOrder("1|a", "2|b", "3|c", "1|a", "null|中", "-3|null");
  }

  @Test
  @Tag("covers:upload-put/other-partition")
  void aSessionIsForItsPartitionOnly() throws IOException {
    String id = server.createUpload("p", "&partition=ds%3Da").path("UploadID").asText();
    byte[] body = UploadSessionTest.rows(server, "x", 1);
    for (String other : new String[] {"&partition=ds%3Db", "&partition=ds%3Dc"}) {
      assertThat(code(server.putBlock("p", id, 0, body, true, ContentCoding.NONE, other)))
          .as(other)
          .isEqualTo("400 InvalidResourceSpec");
    }
    assertThat(server.commit("p", id, "&partition=ds%3Da").path("UploadedBlockList")).isEmpty();
  }

  @Test
  @Tag("covers:upload-put/canceled")
  void aBlockForATableThatIsGoneIsRefused() throws IOException {
    String id = upload("");
    server.sql("DROP TABLE t");
    assertThat(code(put(id, 0, UploadSessionTest.rows(server, "x", 1))))
        .isEqualTo("404 NoSuchTable");
  }

  @Test
  @Tag("covers:upload-reload/without-blocks")
  void theBlockListCanBeLeftOut() throws IOException {
    String id = upload("");
    put(id, 3, UploadSessionTest.rows(server, "x", 1));
    String path = TABLE + "?uploadid=" + id + "&getblockid=";
    assertThat(server.json("GET", path + "false").path("UploadedBlockList")).isEmpty();
    assertThat(server.json("GET", path + "true").path("UploadedBlockList")).hasSize(1);
  }

  @Test
  @Tag("covers:upload-commit/no-blocks")
  void aCommitOfNothingAddsNothingAndReplacesAll() throws IOException {
    server.sql("INSERT INTO t VALUES (1, 'kept')");
    JsonNode closed = server.commit("t", upload(""), "");
    assertThat(closed.path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).containsExactly("1|kept");
    server.commit("t", upload("&overwrite=true"), "");
    assertThat(server.download("t", true)).isEmpty();
  }

  @Test
  @Tag("covers:upload-commit/unknown-session")
  void aCommitOfAnUnknownSessionIsRefused() throws IOException {
    assertThat(code(server.send("POST", TABLE + "?uploadid=nope", null)))
        .isEqualTo("404 NoSuchUpload");
  }

  @Test
  @Tag("covers:upload-create/view")
  void nothingIsUploadedIntoAView() throws IOException {
    server.sql("CREATE VIEW v AS SELECT id FROM t");
    assertThat(code(server.send("POST", "/projects/demo/tables/v?uploads", null)))
        .isEqualTo("405 MethodNotAllowed");
  }

  @Test
  @Tag("covers:request/plus-and-percent")
  void aBlankComesAsPlusOrAsPercent() throws IOException {
    for (String[] quota :
        new String[][] {{"a+b", "a b"}, {"a%20b", "a b"}, {"a%2Bb", "a+b"}, {"a%2520b", "a%20b"}}) {
      assertThat(server.createUpload("t", "&quotaName=" + quota[0]).path("QuotaName").asText())
          .as(quota[0])
          .isEqualTo(quota[1]);
    }
  }

  @Test
  @Tag("covers:request/encoded-names")
  void namesInThePathAreDecoded() throws IOException {
    JsonNode session = server.json("POST", "/projects/%64emo/tables/%74?uploads");
    assertThat(
            server
                .json("GET", TABLE + "?uploadid=" + session.path("UploadID").asText())
                .path("Status")
                .asText())
        .isEqualTo("normal");
    HttpResponse<byte[]> missing =
        server.send("POST", "/projects/demo/tables/%E4%B8%AD?uploads", null);
    assertThat(TestServer.text(missing)).contains("中");
  }
}
