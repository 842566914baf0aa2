package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions on tables of a three-tier project (specification: regular tunnel, section 1.3). */
class SchemaSessionsTest {
  private static final String IN_SCHEMA = "/projects/demo/schemas/s1/tables/t";
  private static final String IN_DEFAULT = "/projects/demo/tables/t";
  private static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));

  @TempDir private Path directory;

  private TestServer start() throws IOException {
    return TestServer.start(
        LocalTunnelConfig.builder().anonymous(true).dataDirectory(directory.resolve("data")));
  }

  private static void createTables(TestServer server) throws IOException {
    server.sql("CREATE SCHEMA demo.s1");
    server.sql("CREATE TABLE demo.s1.t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  private static byte[] body(TestServer server, boolean arrow, String name, long... ids)
      throws IOException {
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA.arrowSchema(), server.allocator)) {
      batch.allocateNew();
      for (int i = 0; i < ids.length; i++) {
        ((BigIntVector) batch.getVector(0)).setSafe(i, ids[i]);
        ((VarCharVector) batch.getVector(1)).setSafe(i, name.getBytes(StandardCharsets.UTF_8));
      }
      batch.setRowCount(ids.length);
      return TestServer.body(SCHEMA.columns(), arrow, ContentCoding.NONE, batch);
    }
  }

  private static String create(TestServer server, String table, String more) throws IOException {
    return server.json("POST", table + "?uploads" + more).path("UploadID").asText();
  }

  private static HttpResponse<byte[]> put(
      TestServer server,
      String table,
      String id,
      int block,
      boolean arrow,
      byte[] body,
      String more)
      throws IOException {
    return server.sendStream(
        "PUT",
        table + "?uploadid=" + id + "&blockid=" + block + (arrow ? "&arrow" : "") + more,
        () -> new ByteArrayInputStream(body));
  }

  private static void upload(TestServer server, String table, boolean arrow, byte[] body)
      throws IOException {
    String id = create(server, table, "");
    assertThat(put(server, table, id, 0, arrow, body, "").statusCode()).isEqualTo(200);
    server.json("POST", table + "?uploadid=" + id);
  }

  private static JsonNode download(TestServer server, String table, String more)
      throws IOException {
    return server.json("POST", table + "?downloads" + more);
  }

  private static String code(HttpResponse<byte[]> response) throws IOException {
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("covers:upload-create/schema-path")
  @Tag("covers:upload-put/schema-path")
  @Tag("covers:upload-commit/schema-path")
  @Tag("covers:download-create/schema-path")
  @Tag("covers:download-data/schema-path")
  void rowsGoToTheTableOfTheSchemaAndNoOther(boolean arrow) throws IOException {
    try (TestServer server = start()) {
      createTables(server);
      upload(server, IN_SCHEMA, arrow, body(server, arrow, "s", 1, 2));
      upload(server, IN_DEFAULT, arrow, body(server, arrow, "d", 3));
      assertThat(
              server.rows(
                  IN_SCHEMA, download(server, IN_SCHEMA, ""), arrow, ContentCoding.NONE, ""))
          .containsExactly("1|s", "2|s");
      assertThat(
              server.rows(
                  IN_DEFAULT, download(server, IN_DEFAULT, ""), arrow, ContentCoding.NONE, ""))
          .containsExactly("3|d");
      assertThat(server.sql("SELECT count(*) AS n FROM demo.s1.t")).isEqualTo("\"n\"\n2\n");
    }
  }

  @Test
  @Tag("covers:upload-put/other-table")
  @Tag("covers:download-reload/other-table")
  void aSessionIsForTheTableOfItsSchemaOnly() throws IOException {
    try (TestServer server = start()) {
      createTables(server);
      String inSchema = create(server, IN_SCHEMA, "");
      String inDefault = create(server, IN_DEFAULT, "");
      byte[] body = body(server, true, "x", 1);
      HttpResponse<byte[]> wrong = put(server, IN_DEFAULT, inSchema, 0, true, body, "");
      assertThat(code(wrong)).isEqualTo("400 InvalidResourceSpec");
      assertThat(TestServer.text(wrong)).contains("belongs to demo.s1.t");
      assertThat(code(put(server, IN_SCHEMA, inDefault, 0, true, body, "")))
          .isEqualTo("400 InvalidResourceSpec");
      for (String[] pair : new String[][] {{IN_SCHEMA, IN_DEFAULT}, {IN_DEFAULT, IN_SCHEMA}}) {
        String id = download(server, pair[0], "").path("DownloadID").asText();
        assertThat(code(server.send("GET", pair[1] + "?downloadid=" + id, null)))
            .isEqualTo("400 InvalidResourceSpec");
      }
      String id = download(server, IN_SCHEMA, "").path("DownloadID").asText();
      assertThat(code(server.send("GET", "/projects/demo/tables/s1.t?downloadid=" + id, null)))
          .isEqualTo("400 InvalidResourceSpec");
    }
  }

  @Test
  @Tag("covers:request/schema-parameter")
  void theSchemaMayComeAsAParameterAndInAnyCase() throws IOException {
    try (TestServer server = start()) {
      createTables(server);
      String id = create(server, IN_DEFAULT, "&curr_schema=s1");
      byte[] body = body(server, true, "x", 1);
      assertThat(
              put(server, "/projects/DEMO/schemas/S1/tables/T", id, 0, true, body, "").statusCode())
          .isEqualTo(200);
      server.json("POST", IN_SCHEMA + "?uploadid=" + id);
      assertThat(server.sql("SELECT count(*) AS n FROM demo.s1.t")).isEqualTo("\"n\"\n1\n");
    }
  }

  @Test
  @Tag("covers:upload-create/create-partition")
  @Tag("covers:upload-create/missing-partition")
  void partitionsOfATableInASchemaAreMadeAtTheCommit() throws IOException {
    try (TestServer server = start()) {
      server.sql("CREATE SCHEMA demo.s1");
      server.sql("CREATE TABLE demo.s1.t (id BIGINT, name STRING) PARTITIONED BY (ds STRING)");
      String part = "&partition=ds%3Da";
      assertThat(code(server.send("POST", IN_SCHEMA + "?uploads" + part, null)))
          .isEqualTo("404 NoSuchPartition");
      String id = create(server, IN_SCHEMA, part + "&create_partition=true");
      put(server, IN_SCHEMA, id, 0, true, body(server, true, "x", 1), part);
      server.json("POST", IN_SCHEMA + "?uploadid=" + id + part);
      assertThat(
              server.rows(
                  IN_SCHEMA, download(server, IN_SCHEMA, part), true, ContentCoding.NONE, part))
          .containsExactly("1|x");
    }
  }

  @Test
  @Tag("covers:upload-create/missing-table")
  @Tag("covers:download-create/missing-schema")
  @Tag("covers:upload-commit/canceled")
  void whatIsMissingIsNamed() throws IOException {
    try (TestServer server = start()) {
      createTables(server);
      HttpResponse<byte[]> table =
          server.send("POST", "/projects/demo/schemas/s1/tables/nope?uploads", null);
      assertThat(code(table)).isEqualTo("404 NoSuchTable");
      assertThat(TestServer.text(table)).contains("demo.s1.nope");
      assertThat(code(server.send("POST", "/projects/demo/schemas/no/tables/t?downloads", null)))
          .isEqualTo("404 NoSuchSchema");
      String id = create(server, IN_SCHEMA, "");
      server.sql("DROP TABLE demo.s1.t");
      assertThat(code(server.send("POST", IN_SCHEMA + "?uploadid=" + id, null)))
          .isEqualTo("404 NoSuchTable");
    }
  }

  @Test
  @Tag("covers:download-reload/restart")
  void openSessionsSurviveARestart() throws IOException {
    String id;
    JsonNode download;
    try (TestServer server = start()) {
      createTables(server);
      upload(server, IN_SCHEMA, true, body(server, true, "old", 1));
      download = download(server, IN_SCHEMA, "");
      id = create(server, IN_SCHEMA, "");
      put(server, IN_SCHEMA, id, 0, true, body(server, true, "new", 2), "");
    }
    try (TestServer server = start()) {
      assertThat(server.rows(IN_SCHEMA, download, true, ContentCoding.NONE, ""))
          .containsExactly("1|old");
      assertThat(server.json("POST", IN_SCHEMA + "?uploadid=" + id).path("Status").asText())
          .isEqualTo("closed");
      assertThat(
              server.rows(IN_SCHEMA, download(server, IN_SCHEMA, ""), true, ContentCoding.NONE, ""))
          .containsExactlyInAnyOrder("1|old", "2|new");
    }
  }
}
