package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of downloads of tables and of results that the specification names. */
class DownloadFormsTest {
  private static final String TABLE = "/projects/demo/tables/t";

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'c')");
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static String code(HttpResponse<byte[]> response) throws IOException {
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  @Test
  @Tag("covers:download-create/normal")
  @Tag("covers:download-reload/normal")
  void theAnswerHasEveryKeyOfTheSpecification() throws IOException {
    JsonNode session = server.createDownload("t", "");
    for (String text : List.of("DownloadID", "Initiated", "Owner", "QuotaName")) {
      assertThat(session.path(text).isTextual()).as(text).isTrue();
    }
    assertThat(session.path("Status").asText()).isEqualTo("normal");
    assertThat(session.path("RecordCount").isIntegralNumber()).isTrue();
    assertThat(session.path("RecordCount").asLong()).isEqualTo(3);
    assertThat(session.path("SupportReadByRawSize").isBoolean()).isTrue();
    JsonNode column = session.path("Schema").path("columns").path(0);
    assertThat(column.path("name").asText()).isEqualTo("id");
    assertThat(column.path("type").asText()).isEqualToIgnoringCase("bigint");
    assertThat(column.path("nullable").isBoolean()).isTrue();
    assertThat(column.path("column_id").isTextual()).isTrue();
    assertThat(session.path("Schema").path("partitionKeys").isArray()).isTrue();
    String id = session.path("DownloadID").asText();
    assertThat(server.json("GET", TABLE + "?downloadid=" + id)).isEqualTo(session);
  }

  @Test
  @Tag("covers:download-create/missing-table")
  @Tag("covers:download-create/missing-partition")
  @Tag("covers:download-data/unknown-session")
  @Tag("covers:discovery/missing-project")
  void whatIsMissingIsNamed() throws IOException {
    assertThat(code(server.send("POST", "/projects/demo/tables/nope?downloads", null)))
        .isEqualTo("404 NoSuchTable");
    assertThat(
            code(server.send("POST", "/projects/demo/tables/p?downloads&partition=ds%3Dx", null)))
        .isEqualTo("404 NoSuchPartition");
    assertThat(code(server.send("GET", TABLE + "?data&downloadid=nope", null)))
        .isEqualTo("404 NoSuchDownload");
    HttpResponse<byte[]> tunnel = server.send("GET", "/api/projects/nope/tunnel?service", null);
    assertThat(tunnel.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(tunnel)).contains("<Code>NoSuchProject</Code>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&arrow"})
  @Tag("covers:download-data/not-asked")
  void aCodingThatNobodyAskedForIsNotAnswered(String form) throws IOException {
    String data =
        TABLE + "?data&downloadid=" + server.createDownload("t", "").path("DownloadID").asText();
    byte[] plain = server.send("GET", data + form, null).body();
    for (String wish : List.of("identity", "gzip", "br, gzip", "LZ4_FRAME")) {
      HttpResponse<byte[]> answer = server.send("GET", data + form, null, "Accept-Encoding", wish);
      assertThat(answer.headers().firstValue("Content-Encoding")).as(wish).isEmpty();
      assertThat(answer.body()).as(wish).isEqualTo(plain);
    }
  }

  @Test
  @Tag("covers:preview/buffer-compression")
  void aPreviewMayBeAskedForWithCompressedBuffers() throws IOException {
    String path = TABLE + "/preview?limit=2";
    byte[] plain = server.send("GET", path, null).body();
    for (String wish : List.of("LZ4_FRAME", "ZSTD")) {
      HttpResponse<byte[]> answer = server.send("GET", path, null, "Accept-Encoding", wish);
      // Compression of buffers is the server's choice; it is no coding of HTTP.
      assertThat(answer.headers().firstValue("Content-Encoding")).as(wish).isEmpty();
      assertThat(answer.body()).as(wish).isEqualTo(plain);
    }
  }

  private String finished(String sql) throws IOException {
    String id = server.submit(sql);
    assertThat(server.await(id)).isEqualTo("Success");
    return "/projects/demo/instances/" + id;
  }

  @Test
  @Tag("covers:instance-download/normal")
  @Tag("covers:instance-download/reload")
  @Tag("covers:instance-download/quota")
  void aSessionOnAResultIsLoadedAgain() throws IOException {
    String instance = finished("SELECT id, name FROM t");
    JsonNode session = server.json("POST", instance + "?downloads&quotaName=fast%20lane");
    assertThat(session.path("QuotaName").asText()).isEqualTo("fast lane");
    assertThat(session.path("RecordCount").asLong()).isEqualTo(3);
    String id = session.path("DownloadID").asText();
    assertThat(server.json("GET", instance + "?downloadid=" + id)).isEqualTo(session);
    assertThat(code(server.send("GET", instance + "?downloadid=nope", null)))
        .isEqualTo("404 NoSuchDownload");
  }

  @ParameterizedTest
  @EnumSource(ContentCoding.class)
  @Tag("covers:instance-data/coded")
  @Tag("covers:instance-data/columns")
  void rowsOfAResultComeInEveryCodingAndByColumn(ContentCoding coding) throws IOException {
    String instance = finished("SELECT id, name FROM t ORDER BY id");
    JsonNode session = server.json("POST", instance + "?downloads");
    for (boolean arrow : new boolean[] {true, false}) {
      assertThat(server.rows(instance, session, arrow, coding, ""))
          .containsExactly("1|a", "2|null", "3|c");
      assertThat(server.rows(instance, session, arrow, coding, "&columns=name%2Cid"))
          .containsExactly("a|1", "null|2", "c|3");
    }
    String data =
        instance + "?data&rowrange=%280%2C3%29&downloadid=" + session.path("DownloadID").asText();
    if (coding != ContentCoding.NONE) {
      assertThat(
              server
                  .send("GET", data, null, "Accept-Encoding", String.valueOf(coding.wireName()))
                  .headers()
                  .firstValue("Content-Encoding"))
          .hasValue(coding.wireName());
    }
  }
}
