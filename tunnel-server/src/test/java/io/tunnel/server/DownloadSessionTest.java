package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
  @Tag("covers:download-data/range")
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
  @Tag("covers:download-data/large")
  void everyRowOfALargeTableComesOnceThoughSeveralThreadsReadIt() throws IOException {
    server.sql(
        "INSERT OVERWRITE TABLE t SELECT a.id * 12 + b.id, CONCAT('n', a.id * 12 + b.id), NULL"
            + " FROM t a CROSS JOIN (SELECT * FROM t WHERE id < 12) b");
    List<String> rows =
        server.rows(TABLE, server.createDownload("t", ""), true, ContentCoding.NONE, "");
    assertThat(rows).hasSize(480_000).doesNotHaveDuplicates();
    assertThat(rows).contains("0|n0|null", "479999|n479999|null");
  }

  @Test
  @Tag("covers:download-data/large")
  @Tag("covers:download-data/partition")
  void largePartitionsAreReadWholeWhereRowsBeforeThemAreGone() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (day STRING)");
    for (String day : List.of("1", "2", "3")) {
      server.sql(
          "INSERT INTO p PARTITION (day = '"
              + day
              + "') SELECT a.id * 6 + b.id FROM t a CROSS JOIN (SELECT * FROM t WHERE id < 6) b");
    }
    server.sql("ALTER TABLE p DROP PARTITION (day = '1')");
    for (String day : List.of("2", "3")) {
      List<String> rows =
          server.rows(
              "/projects/demo/tables/p",
              server.createDownload("p", "&partition=day=" + day),
              true,
              ContentCoding.NONE,
              "&partition=day=" + day);
      assertThat(rows).hasSize(240_000).doesNotHaveDuplicates();
    }
  }

  @Test
  @Tag("covers:download-create/snapshot")
  @Tag("covers:download-data/unchecked")
  void rowNumbersStayWhatTheyAreWhateverHappensToTheTable() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> before = server.rows(TABLE, session, true, ContentCoding.NONE, "");
    server.sql("INSERT INTO t VALUES (-1, 'new', 0)");
    server.sql("INSERT OVERWRITE TABLE t SELECT * FROM t WHERE id < 10");
    server.sql("DROP TABLE t");
    for (boolean arrow : new boolean[] {true, false}) {
      assertThat(
              server.rows(
                  TABLE,
                  session,
                  arrow,
                  ContentCoding.NONE,
                  "&disable_modified_check=true",
                  100,
                  50))
          .isEqualTo(before.subList(100, 150));
    }
  }

  @Test
  @Tag("covers:download-data/modified")
  @Tag("covers:download-data/unchecked")
  void rowsThatWereReplacedAreRefusedUnlessTheClientWantsThem() throws IOException {
    for (String statement :
        List.of(
            "INSERT OVERWRITE TABLE t SELECT * FROM t WHERE id < 10",
            "ALTER TABLE t DROP COLUMN n",
            "TRUNCATE TABLE t",
            "DROP TABLE t")) {
      JsonNode session = server.createDownload("t", "");
      server.sql("INSERT INTO t (id) VALUES (-1)");
      String data = "?data&downloadid=" + session.path("DownloadID").asText();
      assertThat(server.send("GET", TABLE + data, null).statusCode()).as("added").isEqualTo(200);
      server.sql(statement);
      assertThat(code(data)).as(statement).isEqualTo("409 TableModified");
      assertThat(code(data + "&arrow")).as(statement).isEqualTo("409 TableModified");
      assertThat(
              server.send("GET", TABLE + data + "&disable_modified_check=true", null).statusCode())
          .as(statement)
          .isEqualTo(200);
    }
  }

  @Test
  @Tag("covers:download-data/modified")
  @Tag("covers:download-create/partition")
  void onlyTheOwnPartitionOfASessionCounts() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("INSERT INTO p PARTITION (ds='a') VALUES (1)");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (2)");
    String path = "/projects/demo/tables/p";
    JsonNode session = server.createDownload("p", "&partition=ds%3Da");
    server.sql("INSERT OVERWRITE TABLE p PARTITION (ds='b') VALUES (3)");
    server.sql("ALTER TABLE p DROP PARTITION (ds='b')");
    assertThat(server.rows(path, session, true, ContentCoding.NONE, "&partition=ds%3Da"))
        .containsExactly("1");
    String upload =
        server.createUpload("p", "&overwrite=true&partition=ds%3Da").path("UploadID").asText();
    assertThat(server.rows(path, session, true, ContentCoding.NONE, "&partition=ds%3Da"))
        .containsExactly("1");
    server.commit("p", upload, "&partition=ds%3Da");
    String data = path + "?data&partition=ds%3Da&downloadid=" + session.path("DownloadID").asText();
    assertThat(TestServer.text(server.send("GET", data, null))).contains("TableModified");
    JsonNode fresh = server.createDownload("p", "&partition=ds%3Da");
    assertThat(fresh.path("RecordCount").asLong()).isZero();
    server.sql("ALTER TABLE p DROP PARTITION (ds='a')");
    assertThat(
            TestServer.text(
                server.send(
                    "GET",
                    path + "?data&partition=ds%3Da&downloadid=" + fresh.path("DownloadID").asText(),
                    null)))
        .contains("TableModified");
  }

  @Test
  @Tag("covers:download-create/view")
  void viewsAreRefused() throws IOException {
    server.sql("CREATE VIEW v AS SELECT id FROM t");
    HttpResponse<byte[]> refused = server.send("POST", "/projects/demo/tables/v?downloads", null);
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(TestServer.text(refused)).contains("MethodNotAllowed").contains("demo.v is a view");
  }

  @Test
  @Tag("covers:download-data/columns")
  @Tag("covers:download-data/unknown-column")
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
  @Tag("covers:download-data/protobuf")
  @Tag("covers:download-data/protobuf-deflate")
  @Tag("covers:download-data/protobuf-snappy")
  @Tag("covers:download-data/protobuf-lz4")
  @Tag("covers:download-data/protobuf-odps-lz4")
  @Tag("covers:download-data/protobuf-zstd")
  @Tag("covers:download-data/arrow")
  @Tag("covers:download-data/arrow-deflate")
  @Tag("covers:download-data/arrow-snappy")
  @Tag("covers:download-data/arrow-lz4")
  @Tag("covers:download-data/arrow-odps-lz4")
  @Tag("covers:download-data/arrow-zstd")
  void everyCodingIsAnswered(ContentCoding coding) throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> plain = server.rows(TABLE, session, true, ContentCoding.NONE, "", 0, 9000);
    assertThat(server.rows(TABLE, session, true, coding, "", 0, 9000)).isEqualTo(plain);
    assertThat(server.rows(TABLE, session, false, coding, "", 0, 9000)).isEqualTo(plain);
  }

  @Test
  @Tag("covers:download-data/raw-size")
  void aRecordBodyEndsEarlyAtItsRawSizeAndStaysWhole() throws IOException {
    JsonNode session = server.createDownload("t", "");
    List<String> some =
        server.rows(TABLE, session, false, ContentCoding.NONE, "&raw_size=2000", 10, 30_000);
    assertThat(some.size()).isBetween(1, 6000);
    assertThat(server.rows(TABLE, session, false, ContentCoding.NONE, "", 10, some.size()))
        .isEqualTo(some);
  }

  @Test
  @Tag("covers:download-data/raw-size")
  void aRawSizeIsReachedByTheRowThatBringsIt() throws IOException {
    server.sql("CREATE TABLE w (id BIGINT, v STRING)");
    server.sql(
        "INSERT INTO w VALUES (0, 'a'), (1, 'b'), (2, repeat('x', 3000000)), (3, 'c'),"
            + " (4, repeat('y', 3000000))");
    JsonNode session = server.createDownload("w", "");
    List<Integer> counts = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int first = 0; first < 5; ) {
      List<String> some =
          server.rows(
              "/projects/demo/tables/w",
              session,
              false,
              ContentCoding.ZSTD,
              "&raw_size=1000",
              first,
              5 - first);
      counts.add(some.size());
      first += some.size();
      some.forEach(row -> all.add(row.substring(0, 3)));
    }
    assertThat(counts).containsExactly(3, 2);
    assertThat(all).containsExactly("0|a", "1|b", "2|x", "3|c", "4|y");
  }

  @Test
  @Tag("covers:download-data/empty-protobuf")
  @Tag("covers:download-data/empty-arrow")
  @Tag("covers:instance-data/empty-protobuf")
  @Tag("covers:instance-data/empty-arrow")
  @Tag("covers:instance-download/empty")
  void rowsThatDoNotExistMakeABodyWithoutRows() throws Exception {
    String id = server.submit("SELECT id, name FROM t WHERE id < 0");
    assertThat(server.await(id)).isEqualTo("Success");
    String result = "/projects/demo/instances/" + id;
    server.sql("CREATE TABLE e (id BIGINT)");
    String table = "/projects/demo/tables/e";
    for (String path : List.of(result, table)) {
      JsonNode session = server.json("POST", path + "?downloads");
      assertThat(session.path("RecordCount").asLong()).isZero();
      String data = path + "?data&downloadid=" + session.path("DownloadID").asText();
      // Section 4.1.2: the form that all readers take for no rows; section 4.2: count 0, CRC 0.
      assertThat(server.send("GET", data + "&arrow", null).body())
          .isEqualTo(new byte[] {0, 1, 0, 0, 0, 0, 0, 0});
      assertThat(HexFormat.of().formatHex(server.send("GET", data, null).body()))
          .isEqualTo("f0ffff7f00f8ffff7f00");
    }
  }

  @Test
  @Tag("covers:instance-download/limited")
  @Tag("covers:instance-data/arrow")
  @Tag("covers:instance-data/range")
  @Tag("covers:instance-data/wrong-range")
  void aLimitedResultEndsAtItsLimitInBothEncodings() throws Exception {
    String id = server.submit("SELECT id FROM t");
    assertThat(server.await(id)).isEqualTo("Success");
    String path = "/projects/demo/instances/" + id;
    JsonNode session = server.json("POST", path + "?downloads&instance_tunnel_limit_enabled");
    assertThat(session.path("RecordCount").asLong()).isEqualTo(10_000);
    JsonNode whole = server.json("POST", path + "?downloads");
    assertThat(whole.path("RecordCount").asLong()).isEqualTo(40_000);
    for (boolean arrow : new boolean[] {true, false}) {
      assertThat(server.rows(path, session, arrow, ContentCoding.NONE, "")).hasSize(10_000);
      HttpResponse<byte[]> beyond =
          server.send(
              "GET",
              path
                  + "?data&downloadid="
                  + session.path("DownloadID").asText()
                  + (arrow ? "&arrow" : "")
                  + "&rowrange=%289999%2C2%29",
              null);
      assertThat(TestServer.text(beyond)).contains("InvalidRowRange");
      assertThat(server.rows(path, whole, arrow, ContentCoding.NONE, "", 39_999, 1)).hasSize(1);
    }
  }

  @Test
  @Tag("covers:download-data/metrics")
  @Tag("covers:download-data/no-metrics")
  void metricsStandInTheTrailerForThoseWhoCanReadThem() throws IOException {
    String data =
        TABLE
            + "?data&rowrange=%280%2C3%29&downloadid="
            + server.createDownload("t", "").path("DownloadID").asText();
    byte[] plain = server.send("GET", data, null).body();
    for (String version : List.of("5", "0", "x", "-6", "99999999999")) {
      assertThat(server.send("GET", data, null, "x-odps-tunnel-version", version).body())
          .as(version)
          .isEqualTo(plain);
    }
    for (String version : List.of("6", "7")) {
      byte[] body = server.send("GET", data, null, "x-odps-tunnel-version", version).body();
      String text = new String(body, StandardCharsets.ISO_8859_1);
      Matcher metrics = Pattern.compile("\\n.(\\{[^}]*})").matcher(text);
      assertThat(metrics.find()).as(version).isTrue();
      JsonNode costs = TestServer.JSON.readTree(metrics.group(1));
      for (String name :
          List.of("PanguIOCost", "RateLimitCost", "ServerIOCost", "ServerTotalCost")) {
        assertThat(costs.path(name).isIntegralNumber()).as(name).isTrue();
      }
      assertThat(costs.path("PanguIOCost").asLong())
          .isBetween(0L, costs.path("ServerTotalCost").asLong());
      // Without the metrics, which are 5 + the text + 4 and the checksum, the body is the same.
      assertThat(text).startsWith(new String(plain, 0, 40, StandardCharsets.ISO_8859_1));
      assertThat(text.endsWith(new String(plain, plain.length - 8, 8, StandardCharsets.ISO_8859_1)))
          .isTrue();
    }
    assertThat(server.send("GET", data + "&arrow", null, "x-odps-tunnel-version", "6").body())
        .isEqualTo(server.send("GET", data + "&arrow", null).body());
  }

  @Test
  @Tag("covers:download-data/wrong-range")
  @Tag("covers:download-reload/unknown-session")
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
  @Tag("covers:download-create/async")
  @Tag("covers:download-create/async-ready")
  void asynchronousSessionsBecomeNormal() throws IOException {
    HttpResponse<byte[]> created = server.send("POST", TABLE + "?downloads&asyncmode=true", null);
    assertThat(created.statusCode()).isBetween(200, 201);
    JsonNode session = TestServer.JSON.readTree(created.body());
    while (session.path("Status").asText().equals("initiating")) {
      session = server.json("GET", TABLE + "?downloadid=" + session.path("DownloadID").asText());
    }
    assertThat(session.path("Status").asText()).isEqualTo("normal");
    assertThat(session.path("RecordCount").asLong()).isEqualTo(40_000);
    // The rows are there already, so the next session has nothing to wait for.
    HttpResponse<byte[]> next = server.send("POST", TABLE + "?downloads&asyncmode=true", null);
    assertThat(next.statusCode()).isEqualTo(200);
    JsonNode ready = TestServer.JSON.readTree(next.body());
    assertThat(ready.path("Status").asText()).isEqualTo("normal");
    assertThat(ready.path("RecordCount").asLong()).isEqualTo(40_000);
  }

  @Test
  @Tag("covers:download-create/quota")
  @Tag("covers:download-reload/quota")
  void aSessionKeepsTheQuotaThatItBeganWith() throws IOException {
    JsonNode session = server.createDownload("t", "&quotaName=q%2F1");
    assertThat(session.path("QuotaName").asText()).isEqualTo("q/1");
    // The official SDK does not name it again when it loads the session.
    String id = session.path("DownloadID").asText();
    JsonNode loaded = server.json("GET", TABLE + "?downloadid=" + id);
    assertThat(loaded.path("QuotaName").asText()).isEqualTo("q/1");
  }

  @Test
  @Tag("covers:download-create/empty-table")
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
