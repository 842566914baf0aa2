package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DownloadSessionTest {
  private static final String TABLE = "/projects/demo/tables/t";

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT, name STRING, n INT)");
    StringBuilder values = new StringBuilder("INSERT INTO t VALUES (0, 'r0', 0)");
    for (int i = 1; i < 200; i++) {
      values
          .append(", (")
          .append(i)
          .append(", 'r")
          .append(i)
          .append("', ")
          .append(i % 7)
          .append(")");
    }
    server.sql(values.toString());
    server.sql(
        "INSERT OVERWRITE TABLE t SELECT a.id * 200 + b.id, a.name, b.n FROM t a CROSS JOIN t b");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String code(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", TABLE + path, null);
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  @Test
  void anyRangeIsExactInBothEncodings() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> all = server.rows(TABLE, session, true, ContentCoding.NONE, "");
    assertThat(all).hasSize(40_000).doesNotHaveDuplicates();
    for (int first : new int[] {0, 1, 8191, 8192, 8193, 39_999}) {
      for (int count : new int[] {1, 8192, 10_000}) {
        int end = Math.min(40_000, first + count);
        for (boolean arrow : new boolean[] {true, false}) {
          assertThat(server.rows(TABLE, session, arrow, ContentCoding.NONE, "", first, end - first))
              .as("%s rows from %s, arrow %s", end - first, first, arrow)
              .isEqualTo(all.subList(first, end));
        }
      }
    }
  }

  @Test
  void rowNumbersStayWhatTheyAreWhateverHappensToTheTable() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> before = server.rows(TABLE, session, true, ContentCoding.NONE, "");
    server.sql("INSERT INTO t VALUES (-1, 'new', 0)");
    server.sql("INSERT OVERWRITE TABLE t SELECT * FROM t WHERE id < 10");
    server.sql("DROP TABLE t");
    assertThat(server.rows(TABLE, session, true, ContentCoding.NONE, "", 100, 50))
        .isEqualTo(before.subList(100, 150));
  }

  @Test
  void columnsComeInTheOrderOfTheRequest() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> expected = new ArrayList<>();
    server
        .rows(TABLE, session, true, ContentCoding.NONE, "", 5, 10)
        .forEach(r -> expected.add(r.split("\\|")[2] + "|" + r.split("\\|")[0]));
    for (boolean arrow : new boolean[] {true, false}) {
      assertThat(server.rows(TABLE, session, arrow, ContentCoding.NONE, "&columns=n%2Cid", 5, 10))
          .isEqualTo(expected);
    }
    String id = session.path("DownloadID").asText();
    assertThat(code("?data&downloadid=" + id + "&rowrange=(0,1)&columns=nope".replace("(", "%28")))
        .isEqualTo("400 InvalidColumnSpec");
  }

  @ParameterizedTest
  @EnumSource(ContentCoding.class)
  void everyCodingIsAnswered(ContentCoding coding) throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> plain = server.rows(TABLE, session, true, ContentCoding.NONE, "", 0, 9000);
    assertThat(server.rows(TABLE, session, true, coding, "", 0, 9000)).isEqualTo(plain);
    assertThat(server.rows(TABLE, session, false, coding, "", 0, 9000)).isEqualTo(plain);
  }

  @Test
  void aRecordBodyEndsEarlyAtItsRawSizeAndStaysWhole() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> some =
        server.rows(TABLE, session, false, ContentCoding.NONE, "&raw_size=2000", 10, 30_000);
    assertThat(some.size()).isBetween(1, 6000);
    assertThat(server.rows(TABLE, session, false, ContentCoding.NONE, "", 10, some.size()))
        .isEqualTo(some);
  }

  @Test
  void rangesThatLeaveTheRowsAreRefused() throws IOException {
    String id = server.createDownload("t", "").path("DownloadID").asText();
    for (String range : List.of("(0,0)", "(0,40001)", "(40000,1)", "(-1,5)", "x")) {
      assertThat(code("?data&downloadid=" + id + "&rowrange=" + TestServer.encode(range)))
          .as(range)
          .isEqualTo("400 InvalidRowRange");
    }
    assertThat(code("?downloadid=nope")).isEqualTo("404 NoSuchDownload");
  }

  @Test
  void asynchronousSessionsBecomeNormal() throws IOException {
    HttpResponse<byte[]> created = server.send("POST", TABLE + "?downloads&asyncmode=true", null);
    assertThat(created.statusCode()).isBetween(200, 202);
    JsonNode session = TestServer.JSON.readTree(created.body());
    while (session.path("Status").asText().equals("initiating")) {
      session = server.json("GET", TABLE + "?downloadid=" + session.path("DownloadID").asText());
    }
    assertThat(session.path("Status").asText()).isEqualTo("normal");
    assertThat(session.path("RecordCount").asLong()).isEqualTo(40_000);
  }

  @Test
  void sessionsOfAnEmptyTableHaveNoRowsAndTheSchema() throws IOException {
    server.sql("CREATE TABLE e (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("ALTER TABLE e ADD PARTITION (ds='a')");
    JsonNode session = server.createDownload("e", "&partition=ds%3Da");
    assertThat(session.path("RecordCount").asLong()).isZero();
    assertThat(session.path("Schema").path("partitionKeys").path(0).path("name").asText())
        .isEqualTo("ds");
    assertThat(session.path("SupportReadByRawSize").asBoolean()).isTrue();
  }
}
