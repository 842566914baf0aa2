package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.limit.RateLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UploadSessionTest {
  static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .anonymous(true)
                .clock(now::get)
                .limits(
                    new ServerLimits(
                        Duration.ofHours(24),
                        20_000,
                        100_000,
                        1000,
                        Duration.ofMinutes(15),
                        Duration.ofMillis(700),
                        100,
                        RateLimits.NONE)));
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE p (id BIGINT, name STRING) PARTITIONED BY (ds STRING, hh BIGINT)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  byte[] rows(String name, long... ids) throws IOException {
    return rows(server, name, ids);
  }

  static byte[] rows(TestServer server, String name, long... ids) throws IOException {
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA.arrowSchema(), server.allocator)) {
      batch.allocateNew();
      for (int i = 0; i < ids.length; i++) {
        ((BigIntVector) batch.getVector(0)).setSafe(i, ids[i]);
        ((VarCharVector) batch.getVector(1)).setSafe(i, name.getBytes(StandardCharsets.UTF_8));
      }
      batch.setRowCount(ids.length);
      return TestServer.body(SCHEMA.columns(), true, ContentCoding.NONE, batch);
    }
  }

  private String upload(String table, String more) throws IOException {
    return server.createUpload(table, more).path("UploadID").asText();
  }

  private HttpResponse<byte[]> put(String table, String id, int block, byte[] body, String more)
      throws IOException {
    return server.putBlock(table, id, block, body, true, ContentCoding.NONE, more);
  }

  private static String code(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.headers().firstValue("x-odps-request-id")).isPresent();
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  private static String message(HttpResponse<byte[]> response) throws IOException {
    return TestServer.JSON.readTree(response.body()).path("Message").asText();
  }

  @Test
  @Tag("covers:upload-create/normal")
  void createAnswersWithEveryKeyOfTheSpecification() throws IOException {
    JsonNode session = server.createUpload("t", "");
    assertThat(session.path("Status").asText()).isEqualTo("normal");
    assertThat(session.path("IsOverwrite").isBoolean()).isTrue();
    assertThat(session.path("MaxFieldSize").isInt()).isTrue();
    assertThat(session.path("QuotaName").asText()).isEqualTo("default");
    assertThat(session.path("UploadedBlockList").isArray()).isTrue();
    assertThat(session.path("Initiated").asText()).isEqualTo("Thu, 01 Jan 2026 00:00:00 GMT");
    assertThat(session.path("Schema").path("columns").path(0).path("nullable").isBoolean())
        .isTrue();
  }

  @Test
  @Tag("covers:upload-put/written-again")
  @Tag("covers:upload-put/block-ids")
  @Tag("covers:upload-reload/normal")
  @Tag("covers:upload-commit/append")
  @Tag("covers:upload-commit/no-list")
  void theLastFinishedWriterOfABlockWins() throws IOException {
    String id = upload("t", "");
    put("t", id, 3, rows("a", 1, 2), "");
    put("t", id, 3, rows("b", 3), "");
    put("t", id, 0, rows("c", 4), "");
    JsonNode blocks =
        server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("UploadedBlockList");
    assertThat(blocks.findValuesAsText("BlockID")).containsExactly("0", "3");
    assertThat(blocks.findValuesAsText("RecordCount")).containsExactly("1", "1");
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactlyInAnyOrder("3|b", "4|c");
  }

  @Test
  @Tag("covers:upload-commit/nothing-before")
  void nothingIsVisibleBeforeTheCommit() throws IOException {
    String id = upload("t", "");
    put("t", id, 0, rows("a", 1), "");
    assertThat(server.download("t", true)).isEmpty();
    assertThat(server.sql("SELECT count(*) AS n FROM t")).isEqualTo("\"n\"\n0\n");
  }

  @Test
  @Tag("covers:upload-put/empty-arrow")
  void emptyBlocksOfEveryFormCount() throws IOException {
    String id = upload("t", "");
    assertThat(put("t", id, 0, new byte[0], "").statusCode()).isEqualTo(200);
    assertThat(put("t", id, 1, new byte[4], "").statusCode()).isEqualTo(200);
    assertThat(put("t", id, 2, new byte[] {0, 1, 0, 0, 0, 0, 0, 0}, "").statusCode())
        .isEqualTo(200);
    JsonNode closed = server.commit("t", id, "");
    assertThat(closed.path("UploadedBlockList")).hasSize(3);
    assertThat(server.download("t", false)).isEmpty();
  }

  @Test
  @Tag("covers:upload-commit/overwrite-table")
  @Tag("covers:upload-commit/overwrite-partition")
  void overwriteReplacesTableAndPartitionAtomically() throws IOException {
    server.sql("INSERT INTO t VALUES (1, 'old')");
    String id = upload("t", "&overwrite=true");
    put("t", id, 0, rows("new", 2), "");
    assertThat(server.download("t", true)).containsExactly("1|old");
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactly("2|new");

    server.sql("INSERT INTO p PARTITION (ds='a', hh=1) VALUES (1, 'old')");
    server.sql("INSERT INTO p PARTITION (ds='a', hh=2) VALUES (2, 'other')");
    String part = "&partition=" + TestServer.encode("ds=a,hh=1");
    String second = upload("p", "&overwrite=true" + part);
    put("p", second, 0, rows("new", 3), part);
    server.commit("p", second, part);
    assertThat(server.select("SELECT * FROM p ORDER BY id", true))
        .containsExactly("2|other|a|2", "3|new|a|1");
  }

  @Test
  @Tag("covers:upload-create/missing-partition")
  @Tag("covers:upload-create/no-partition-named")
  @Tag("covers:upload-create/wrong-partition")
  @Tag("covers:upload-create/create-partition")
  @Tag("covers:upload-commit/create-partition")
  @Tag("covers:download-data/partition")
  void partitionsMustExistUnlessTheyMayBeCreated() throws IOException {
    String part = "&partition=" + TestServer.encode("ds='2026-01-01',hh='5'");
    assertThat(code(server.send("POST", "/projects/demo/tables/p?uploads" + part, null)))
        .isEqualTo("404 NoSuchPartition");
    assertThat(code(server.send("POST", "/projects/demo/tables/p?uploads", null)))
        .isEqualTo("400 MissingPartitionSpec");
    assertThat(code(server.send("POST", "/projects/demo/tables/p?uploads&partition=ds%3Dx", null)))
        .isEqualTo("400 InvalidPartitionSpec");
    assertThat(code(server.send("POST", "/projects/demo/tables/t?uploads&partition=ds%3Dx", null)))
        .isEqualTo("400 InvalidPartitionSpec");
    String id = upload("p", "&create_partition=true" + part);
    put("p", id, 0, rows("x", 1), part);
    assertThat(server.sql("SHOW PARTITIONS p")).isEmpty();
    server.commit("p", id, part);
    assertThat(server.sql("SHOW PARTITIONS p")).isEqualTo("ds=2026-01-01/hh=5\n");
    assertThat(
            server.rows(
                "/projects/demo/tables/p",
                server.createDownload("p", part),
                false,
                ContentCoding.NONE,
                part))
        .containsExactly("1|x");
  }

  @Test
  @Tag("covers:upload-put/corrupted")
  @Tag("covers:upload-put/truncated")
  @Tag("covers:upload-put/broken-coding")
  void aBrokenBodyNeverCounts() throws IOException {
    String id = upload("t", "");
    byte[] body = rows("abc", 1, 2, 3);
    byte[] damaged = body.clone();
    damaged[damaged.length - 1] ^= 1;
    assertThat(code(put("t", id, 0, damaged, ""))).isEqualTo("400 CorruptedDataStream");
    assertThat(code(put("t", id, 0, Arrays.copyOf(body, body.length - 3), "")))
        .isEqualTo("400 CorruptedDataStream");
    assertThat(code(put("t", id, 0, Arrays.copyOf(body, 3), "")))
        .isEqualTo("400 MalformedDataStream");
    assertThat(code(server.putBlock("t", id, 0, body, false, ContentCoding.NONE, "")))
        .startsWith("400 ");
    assertThat(code(server.putBlock("t", id, 0, body, true, ContentCoding.ZSTD, "")))
        .isEqualTo("400 CorruptedDataStream");
    assertThat(
            server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("UploadedBlockList"))
        .isEmpty();
  }

  @Test
  @Tag("covers:upload-put/unfinished")
  void aChunkedPutThatBreaksOffNeverCounts() throws Exception {
    String id = upload("t", "");
    byte[] body = rows("abc", 1, 2, 3);
    try (Socket socket = new Socket(server.endpoint().getHost(), server.endpoint().getPort())) {
      var out = socket.getOutputStream();
      out.write(
          ("PUT /projects/demo/tables/t?uploadid="
                  + id
                  + "&blockid=0&arrow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + Integer.toHexString(body.length)
                  + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      // The whole body, but not the last chunk: the request has not ended.
      out.write(body);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("400");
    }
    assertThat(
            server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("UploadedBlockList"))
        .isEmpty();
  }

  @Test
  @Tag("covers:upload-put/silent")
  void aSilentPutIsGivenUpAndNeverCounts() throws Exception {
    String id = upload("t", "");
    byte[] body = rows("abc", 1, 2, 3);
    try (Socket socket = new Socket(server.endpoint().getHost(), server.endpoint().getPort())) {
      var out = socket.getOutputStream();
      out.write(
          ("PUT /projects/demo/tables/t?uploadid="
                  + id
                  + "&blockid=0&arrow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + Integer.toHexString(body.length)
                  + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      // Nothing more is sent; the server ends the connection by itself.
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).doesNotContain("200 OK");
    }
    assertThat(
            server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("UploadedBlockList"))
        .isEmpty();
  }

  @Test
  @Tag("covers:upload-put/value-refused")
  void bodiesAndFieldsBeyondTheLimitsAreRefused() throws IOException {
    String id = upload("t", "");
    HttpResponse<byte[]> field = put("t", id, 0, rows("x".repeat(1001), 1, 2), "");
    assertThat(code(field)).isEqualTo("400 MalformedDataStream");
    assertThat(message(field)).contains("Column name (string), row 1").contains("1001 bytes");
    HttpResponse<byte[]> block = put("t", id, 0, rows("x".repeat(999), new long[200]), "");
    assertThat(code(block)).isEqualTo("400 MaxMessageLengthExceeded");
  }

  @Test
  @Tag("covers:upload-put/wrong-block-id")
  @Tag("covers:upload-put/unknown-session")
  @Tag("covers:upload-put/other-table")
  @Tag("covers:upload-put/closed")
  @Tag("covers:upload-create/missing-table")
  @Tag("covers:upload-create/missing-project")
  void blockIdsAndSessionsAreChecked() throws IOException {
    String id = upload("t", "");
    byte[] body = rows("a", 1);
    assertThat(code(put("t", id, 20_000, body, ""))).isEqualTo("400 InvalidBlockID");
    assertThat(code(put("t", id, -1, body, ""))).isEqualTo("400 InvalidBlockID");
    assertThat(code(put("t", "nope", 0, body, ""))).isEqualTo("404 NoSuchUpload");
    assertThat(code(put("p", id, 0, body, ""))).isEqualTo("400 InvalidResourceSpec");
    assertThat(code(server.send("POST", "/projects/demo/tables/nope?uploads", null)))
        .isEqualTo("404 NoSuchTable");
    assertThat(code(server.send("POST", "/projects/nope/tables/t?uploads", null)))
        .isEqualTo("404 NoSuchProject");
    server.commit("t", id, "");
    assertThat(code(put("t", id, 0, body, ""))).isEqualTo("409 StatusConflict");
  }

  @Test
  @Tag("covers:upload-put/block-version")
  void aBlockIsNotReplacedByAnOlderVersion() throws IOException {
    String id = upload("t", "");
    put("t", id, 0, rows("new", 1), "&block_version=5");
    assertThat(code(put("t", id, 0, rows("old", 2), "&block_version=4")))
        .isEqualTo("409 StatusConflict");
    server.commit("t", id, "");
    assertThat(server.download("t", true)).containsExactly("1|new");
  }

  @Test
  @Tag("covers:upload-put/metrics")
  void theAnswerToABlockTellsWhereItsTimeWent() throws IOException {
    String id = upload("t", "");
    HttpResponse<byte[]> answer = put("t", id, 0, rows("a", 1, 2), "");
    JsonNode costs =
        TestServer.JSON.readTree(answer.headers().firstValue("odps-tunnel-metrics").orElseThrow());
    for (String name : List.of("PanguIOCost", "RateLimitCost", "ServerIOCost", "ServerTotalCost")) {
      assertThat(costs.path(name).isIntegralNumber()).as(name).isTrue();
    }
    assertThat(costs.path("PanguIOCost").asLong())
        .isBetween(1L, costs.path("ServerTotalCost").asLong());
  }

  @Test
  @Tag("covers:upload-create/quota")
  @Tag("covers:upload-create/tags")
  @Tag("covers:upload-reload/quota")
  @Tag("covers:request/tags")
  void tagsAndAQuotaAreAcceptedWithEveryCall() throws IOException {
    String[] tags = {"odps-tunnel-tags", "a,b=c"};
    String quota = "&quotaName=pay_as%20you";
    String table = "/projects/demo/tables/t";
    JsonNode session =
        TestServer.JSON.readTree(
            server.send("POST", table + "?uploads" + quota, null, tags).body());
    assertThat(session.path("QuotaName").asText()).isEqualTo("pay_as you");
    String id = "?uploadid=" + session.path("UploadID").asText();
    assertThat(
            server
                .send("PUT", table + id + "&blockid=0&arrow" + quota, rows("a", 1), tags)
                .statusCode())
        .isEqualTo(200);
    // The official SDK does not name the quota in every call; the session keeps it.
    for (String method : List.of("GET", "POST")) {
      JsonNode answer =
          TestServer.JSON.readTree(server.send(method, table + id, null, tags).body());
      assertThat(answer.path("QuotaName").asText()).as(method).isEqualTo("pay_as you");
    }
    assertThat(server.download("t", true)).containsExactly("1|a");
  }

  @Test
  @Tag("covers:upload-reload/expired")
  @Tag("covers:upload-put/expired")
  @Tag("covers:upload-commit/expired")
  void sessionsExpire() throws IOException {
    String id = upload("t", "");
    now.set(now.get().plus(Duration.ofHours(25)));
    assertThat(server.json("GET", "/projects/demo/tables/t?uploadid=" + id).path("Status").asText())
        .isEqualTo("expired");
    assertThat(code(put("t", id, 0, rows("a", 1), ""))).isEqualTo("409 StatusConflict");
    assertThat(code(server.send("POST", "/projects/demo/tables/t?uploadid=" + id, null)))
        .isEqualTo("409 StatusConflict");
  }

  @Test
  @Tag("covers:upload-commit/canceled")
  void aTableDroppedInMidWriteGivesOneClearError() throws IOException {
    String id = upload("t", "");
    put("t", id, 0, rows("a", 1), "");
    server.sql("DROP TABLE t");
    HttpResponse<byte[]> commit =
        server.send("POST", "/projects/demo/tables/t?uploadid=" + id, null);
    assertThat(code(commit)).isEqualTo("404 NoSuchTable");
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    assertThat(code(server.send("POST", "/projects/demo/tables/t?uploadid=" + id, null)))
        .isEqualTo("404 NoSuchTable");
    assertThat(server.download("t", true)).isEmpty();
  }

  @Test
  @Tag("covers:upload-put/value-refused")
  void valuesThatDoNotFitAreNamedWithColumnAndRow() throws IOException {
    server.sql("CREATE TABLE c (id BIGINT NOT NULL, name VARCHAR(3))");
    String id = upload("c", "");
    HttpResponse<byte[]> tooLong = put("c", id, 0, rows("äöüß", 1), "");
    assertThat(message(tooLong))
        .contains("Column name (varchar(3)), row 1")
        .contains("4 characters");
    assertThat(put("c", id, 0, rows("äöü", 1), "").statusCode()).isEqualTo(200);
    TableSchema nullable = TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));
    try (VectorSchemaRoot batch =
        VectorSchemaRoot.create(nullable.arrowSchema(), server.allocator)) {
      batch.allocateNew();
      ((BigIntVector) batch.getVector(0)).setSafe(0, 1);
      batch.setRowCount(2);
      HttpResponse<byte[]> missing =
          put("c", id, 1, TestServer.body(nullable.columns(), true, ContentCoding.NONE, batch), "");
      assertThat(message(missing)).contains("Column id (bigint), row 2").contains("NOT NULL");
    }
  }

  @Test
  @Tag("covers:upload-put/not-utf8")
  void bytesThatAreNoUtf8AreRefusedInText() throws IOException {
    String id = upload("t", "");
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA.arrowSchema(), server.allocator)) {
      batch.allocateNew();
      ((BigIntVector) batch.getVector(0)).setSafe(0, 1);
      ((VarCharVector) batch.getVector(1)).setSafe(0, new byte[] {(byte) 0xff, 0x20});
      batch.setRowCount(1);
      byte[] body = TestServer.body(SCHEMA.columns(), true, ContentCoding.NONE, batch);
      assertThat(message(put("t", id, 0, body, ""))).contains("UTF-8");
    }
  }

  @Test
  @Tag("covers:request/valueless")
  @Tag("covers:request/unknown-parameter")
  @Tag("covers:upload-create/schema-path")
  @Tag("covers:upload-put/schema-path")
  @Tag("covers:upload-create/missing-schema")
  void schemaPathsUnknownParametersAndValueLessFormsAreUnderstood() throws IOException {
    JsonNode session =
        server.json(
            "POST",
            "/projects/demo/schemas/default/tables/t?uploads=1&reload=False&quotaName=q%201");
    assertThat(session.path("QuotaName").asText()).isEqualTo("q 1");
    String id = session.path("UploadID").asText();
    InputStream body = new ByteArrayInputStream(rows("a", 1));
    assertThat(
            server
                .sendStream(
                    "PUT",
                    "/projects/demo/schemas/default/tables/t?uploadid=" + id + "&blockid=0&arrow=",
                    () -> body)
                .statusCode())
        .isEqualTo(200);
    assertThat(code(server.send("POST", "/projects/demo/schemas/other/tables/t?uploads", null)))
        .isEqualTo("404 NoSuchSchema");
  }

  @Test
  void discardedBodiesAreCheckedAndCountedButNotKept() throws IOException {
    try (TestServer dropping =
        TestServer.start(LocalTunnelConfig.builder().anonymous(true).discardBodies(true))) {
      dropping.sql("CREATE TABLE t (id BIGINT, name STRING)");
      String id = dropping.createUpload("t", "").path("UploadID").asText();
      byte[] body = rows(dropping, "a", 1, 2);
      dropping.putBlock("t", id, 0, body, true, ContentCoding.NONE, "");
      body[body.length - 1] ^= 1;
      assertThat(dropping.putBlock("t", id, 1, body, true, ContentCoding.NONE, "").statusCode())
          .isEqualTo(400);
      JsonNode closed = dropping.commit("t", id, "");
      assertThat(closed.path("UploadedBlockList").findValuesAsText("RecordCount"))
          .isEqualTo(List.of("2"));
      assertThat(dropping.download("t", true)).isEmpty();
    }
  }
}
