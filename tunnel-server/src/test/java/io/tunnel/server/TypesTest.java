package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of the official clients with every type, through the server and back. */
class TypesTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  static byte[] vector(String name) throws IOException {
    try (InputStream in = TypesTest.class.getResourceAsStream("/vectors/" + name)) {
      return in.readAllBytes();
    }
  }

  private static List<Column> columns(String name) throws IOException {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : TestServer.JSON.readTree(vector(name + ".json")).path("columns")) {
      columns.add(Column.of(column.path("name").asText(), column.path("type").asText()));
    }
    return columns;
  }

  private void create(String table, List<Column> columns) throws IOException {
    server.sql(
        "CREATE TABLE "
            + table
            + " ("
            + columns.stream()
                .map(c -> "`" + c.name() + "` " + c.type())
                .collect(Collectors.joining(", "))
            + ");");
  }

  private static List<String> decode(byte[] body, List<Column> columns, BufferAllocator allocator)
      throws IOException {
    List<String> rows = new ArrayList<>();
    try (ArrowBatchReader reader =
        new ArrowBatchReader(
            new ByteArrayInputStream(body),
            new TableSchema(columns, List.of()).arrowSchema(),
            allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          List<String> values = new ArrayList<>();
          for (int i = 0; i < columns.size(); i++) {
            Object value = reader.root().getVector(i).getObject(row);
            values.add(
                value instanceof byte[] bytes
                    ? java.util.HexFormat.of().formatHex(bytes)
                    : String.valueOf(value));
          }
          rows.add(String.join("|", values));
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "arrow-all-raw,NONE",
    "arrow-all-zlib,DEFLATE",
    "arrow-all-snappy,SNAPPY",
    "arrow-all-odps-lz4,ODPS_LZ4"
  })
  @Tag("client:recorded")
  @Tag("covers:values-arrow/vectors")
  void everyTypeOfAnOfficialArrowBodyComesBackInEveryEncoding(String name, ContentCoding coding)
      throws IOException {
    List<Column> columns = columns(name);
    create("t", columns);
    String id = server.createUpload("t", "").path("UploadID").asText();
    HttpResponse<byte[]> put = server.putBlock("t", id, 0, vector(name + ".bin"), true, coding, "");
    assertThat(TestServer.text(put)).isEqualTo("{}");
    server.commit("t", id, "");

    List<String> expected = decode(vector("arrow-all-raw.bin"), columns, server.allocator);
    assertThat(expected).hasSize(5);
    JsonNode session = server.createDownload("t", "");
    String path = "/projects/demo/tables/t";
    assertThat(server.rows(path, session, true, coding, "")).isEqualTo(expected);
    assertThat(server.rows(path, session, false, ContentCoding.ZSTD, "")).isEqualTo(expected);
    assertThat(server.select("SELECT * FROM t", true)).isEqualTo(expected);
    assertThat(server.select("SELECT * FROM t", false)).isEqualTo(expected);
  }

  @Test
  @Tag("covers:values-instance/declared-types")
  void resultsOfPlainColumnsKeepTheDeclaredTypes() throws IOException {
    List<Column> columns = columns("arrow-all-raw");
    create("t", columns);
    assertThat(typesOf("SELECT x.* FROM (SELECT * FROM t) x"))
        .isEqualTo(columns.stream().map(c -> c.type().toString()).toList());
  }

  @Test
  void resultsKeepTheTypesThatExpressionsState() throws IOException {
    assertThat(
            typesOf(
                "SELECT j, n, CAST('[1]' AS JSON) AS k, CAST('abc' AS CHAR(5)) AS c,"
                    + " CAST(1 AS DECIMAL(20,3)) AS d, TIMESTAMP '2026-01-01 00:00:00' AS t"
                    + " FROM (SELECT JSON '{\"a\":1}' AS j,"
                    + " TIMESTAMP_NTZ '2026-01-01 00:00:00' AS n) x"))
        .containsExactly("json", "timestamp_ntz", "json", "char(5)", "decimal(20,3)", "timestamp");
  }

  private List<String> typesOf(String query) throws IOException {
    String id = server.submit(query);
    assertThat(server.await(id)).as(server.result(id)).isEqualTo("Success");
    JsonNode schema =
        server.json("POST", "/projects/demo/instances/" + id + "?downloads").path("Schema");
    List<String> types = new ArrayList<>();
    schema.path("columns").forEach(c -> types.add(c.path("type").asText()));
    return types;
  }

  @Test
  void recordBodiesAreStoredLikeArrowBodiesAndKeepNanosecondsOfIntervals() throws IOException {
    List<Column> columns = columns("arrow-all-raw");
    create("t", columns);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (ArrowBatchReader reader =
            new ArrowBatchReader(
                new ByteArrayInputStream(vector("arrow-all-raw.bin")),
                new TableSchema(columns, List.of()).arrowSchema(),
                server.allocator);
        RecordWriter writer = new RecordWriter(body, columns)) {
      while (reader.loadNextBatch()) {
        writer.write(reader.root());
      }
      writer.finish();
    }
    String id = server.createUpload("t", "").path("UploadID").asText();
    assertThat(
            server
                .putBlock("t", id, 7, body.toByteArray(), false, ContentCoding.NONE, "")
                .statusCode())
        .isEqualTo(200);
    server.commit("t", id, "");
    assertThat(server.download("t", true))
        .isEqualTo(decode(vector("arrow-all-raw.bin"), columns, server.allocator));

    // The official record body has times that the store cannot hold; one column tells them apart.
    List<Column> rest =
        columns("proto-all-raw").stream().filter(c -> c.name().equals("c_idt")).toList();
    create("i", rest);
    server.sql("INSERT INTO i SELECT c_idt FROM t");
    assertThat(server.sql("SELECT * FROM i"))
        .isEqualTo("\"c_idt\"\n\"93784.005\"\n\\N\n\"8639913600.999\"\n\"-8639913600\"\n\"0\"\n");
  }

  @Test
  @Tag("client:recorded")
  @Tag("covers:values-protobuf/timestamps-refused")
  void timesThatTheStoreCannotHoldAreRefusedWithColumnAndRow() throws IOException {
    create("t", columns("proto-all-raw"));
    String id = server.createUpload("t", "").path("UploadID").asText();
    HttpResponse<byte[]> put =
        server.putBlock("t", id, 0, vector("proto-all-raw.bin"), false, ContentCoding.NONE, "");
    assertThat(put.statusCode()).isEqualTo(400);
    JsonNode error = TestServer.JSON.readTree(put.body());
    assertThat(error.path("Code").asText()).isEqualTo("MalformedDataStream");
    assertThat(error.path("Message").asText())
        .contains("c_timestamp")
        .contains("row 3")
        .contains("1677-09-21");
  }
}
