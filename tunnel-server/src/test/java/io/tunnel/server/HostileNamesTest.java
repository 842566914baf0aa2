package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that try to be paths or SQL. */
class HostileNamesTest {
  /** Percent-encoded, as they stand in an address. */
  private static final List<String> PATHS =
      List.of(
          "..",
          "%2e%2e",
          "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd",
          "..%2f..%2f..%2fescaped",
          "%2Fetc%2Fpasswd",
          "%5C..%5Cescaped",
          "t%2F..%2Ft",
          "t%00",
          "%00",
          "%0d%0aSet-Cookie:x",
          "~",
          "t;x=y",
          "%252e%252e%252f",
          "%F0%9F%98%80",
          "x".repeat(4000));

  private static final List<String> STATEMENTS =
      List.of(
          "t\"; DROP TABLE t; --",
          "t'; DROP TABLE t; --",
          "t` ; DROP TABLE t; --",
          "t; DELETE FROM t",
          "t\" UNION SELECT * FROM tunnel_catalog.tables --",
          "tunnel_catalog.tables",
          "t/*",
          "id\") FROM t; DROP TABLE t --",
          "\\",
          "\"",
          "'",
          "`");

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("escaped"), "outside");
    server =
        TestServer.start(
            LocalTunnelConfig.builder().anonymous(true).dataDirectory(folder.resolve("data")));
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("INSERT INTO t VALUES (1, 'kept')");
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("INSERT INTO p PARTITION (ds = 'kept') VALUES (1)");
  }

  @AfterEach
  void everythingIsStillThere() throws IOException {
    assertThat(server.download("t", true)).containsExactly("1|kept");
    assertThat(server.sql("SELECT ds FROM p WHERE id = 1")).isEqualTo("\"ds\"\n\"kept\"\n");
    server.close();
    assertThat(Files.readString(folder.resolve("escaped"))).isEqualTo("outside");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "escaped");
    }
  }

  private void assertRefused(HttpResponse<byte[]> answer, String call) {
    assertThat(answer.statusCode()).as(call).isBetween(400, 499);
    assertThat(TestServer.text(answer)).as(call).contains("Code").doesNotContain("outside");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  /** The connection goes on behind the answer, or the answer says that it does not. */
  private void refused(String method, String path, String document) throws IOException {
    String length = method.equals("GET") ? "" : "Content-Length: " + document.length() + "\n";
    for (String prefix : List.of("/api", "")) {
      String call = method + " " + prefix + path;
      try (RawConnection connection = new RawConnection(server.endpoint())) {
        connection.send(call + " HTTP/1.1\nHost: localhost\n" + length + "\n" + document);
        RawConnection.Answer answer = connection.answer();
        assertThat(answer.status()).as(call).isBetween(400, 499);
        assertThat(answer.body()).as(call).contains("Code").doesNotContain("outside");
        assertThat(answer.headers()).as(call).doesNotContainKey("set-cookie");
        if (!"close".equals(answer.headers().get("connection"))) {
          connection.send("GET /projects/demo HTTP/1.1\nHost: localhost\n\n");
          assertThat(connection.answer().status()).as("behind " + call).isEqualTo(200);
        }
      }
    }
  }

  @Test
  @Tag("covers:request/hostile-names")
  void noNameInAnAddressIsAPath() throws IOException {
    for (String name : PATHS) {
      refused("GET", "/projects/" + name, "");
      refused("GET", "/projects/" + name + "/tables/t", "");
      refused("GET", "/projects/demo/schemas/" + name, "");
      refused("DELETE", "/projects/demo/schemas/" + name, "");
      refused("GET", "/projects/demo/schemas/" + name + "/tables/t", "");
      refused("GET", "/projects/demo/tables/" + name, "");
      refused("GET", "/projects/demo/tables/t?curr_schema=" + name, "");
      refused("POST", "/projects/demo/tables/" + name + "?uploads", "");
      refused("POST", "/projects/demo/tables/" + name + "?downloads", "");
      refused("GET", "/projects/demo/tables/t?uploadid=" + name, "");
      refused("PUT", "/projects/demo/tables/t?blockid=0&uploadid=" + name, "x");
      refused("POST", "/projects/demo/tables/t?uploadid=" + name, "");
      refused("GET", "/projects/demo/tables/t?data&downloadid=" + name, "");
      refused("GET", "/projects/demo/instances/" + name, "");
      refused("GET", "/projects/demo/instances/" + name + "?result", "");
      refused("GET", "/projects/demo/instances/" + name + "?data&downloadid=x", "");
      refused("POST", "/projects/demo/instances/" + name + "?downloads", "");
      refused("GET", "/projects/demo/tables/p?partition=" + name, "");
      refused("POST", "/projects/demo/tables/p?downloads&partition=ds=" + name, "");
      refused("POST", "/projects/demo/tables/p?uploads&partition=" + name + "=x", "");
      assertRefused(server.send("GET", "/logview/?p=" + name + "&i=" + name, null).statusCode());
    }
  }

  private static void assertRefused(int status) {
    assertThat(status).isBetween(400, 499);
  }

  @Test
  void dotsDoNotLeaveAProjectOnTheirWay() throws IOException {
    for (String path :
        List.of(
            "/api/projects/demo/tables/../tables/t",
            "/api/projects/demo/../demo/tables/t",
            "/api/../projects/demo/tables/t/x",
            "/api/projects/demo/tables/t/../../../../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/api/projects/demo/tables/t/%2e%2e/t")) {
      try (RawConnection connection = new RawConnection(server.endpoint())) {
        connection.send("GET " + path + " HTTP/1.1\nHost: localhost\n\n");
        RawConnection.Answer answer = connection.answer();
        assertThat(answer.status()).as(path).isBetween(400, 499);
        assertThat(answer.body()).contains("Code");
      }
    }
  }

  @Test
  void aPartitionValueIsAValueAndNoFolder() throws IOException {
    List<String> values = List.of("..", "~", "a;b", "a\\b", "$(x)", "x".repeat(200));
    for (String value : values) {
      String spec = "&create_partition=true&partition=" + TestServer.encode("ds=" + value);
      String id = server.createUpload("p", spec).path("UploadID").asText();
      byte[] empty = TestServer.body(List.of(), true, ContentCoding.NONE);
      assertThat(server.putBlock("p", id, 0, empty, true, ContentCoding.NONE, spec).statusCode())
          .isEqualTo(200);
      assertThat(server.commit("p", id, spec).path("Status").asText()).isEqualTo("closed");
    }
    List<String> expected = new ArrayList<>(List.of("ds=kept"));
    values.forEach(value -> expected.add("ds=" + value));
    assertThat(server.sql("SHOW PARTITIONS p").lines())
        .containsExactlyInAnyOrderElementsOf(expected);
    for (String value : List.of("../x", "/x", "a,b", "a\"b")) {
      HttpResponse<byte[]> answer =
          server.send(
              "POST",
              "/projects/demo/tables/p?uploads&create_partition=true&partition="
                  + TestServer.encode("ds=" + value),
              null);
      assertRefused(answer, value);
    }
  }

  @Test
  @Tag("covers:request/hostile-names")
  void noNameInACallIsSql() throws IOException {
    JsonNode session = server.createDownload("t", "");
    for (String text : STATEMENTS) {
      String name = TestServer.encode(text).replace("+", "%20");
      refused("GET", "/projects/demo/tables/" + name, "");
      refused("GET", "/projects/demo/schemas/" + name, "");
      refused("GET", "/projects/demo/schemas/" + name + "/tables/t", "");
      refused("DELETE", "/projects/demo/schemas/" + name, "");
      refused("POST", "/projects/demo/tables/" + name + "?uploads", "");
      refused("POST", "/projects/demo/tables/" + name + "?downloads", "");
      refused("POST", "/projects/demo/tables/p?downloads&partition=ds=" + name, "");
      refused("POST", "/projects/demo/tables/p?downloads&partition=" + name + "=x", "");
      refused("POST", "/projects/demo/tables/p?uploads&partition=" + name + "=x", "");
      refused("GET", "/projects/demo/tables/p?partition=ds=" + name, "");
      refused(
          "GET",
          "/projects/demo/tables/t?data&rowrange=%280,1%29&downloadid="
              + session.path("DownloadID").asText()
              + "&columns="
              + name,
          "");
      refused(
          "GET",
          "/projects/demo/tables/t?data&downloadid="
              + session.path("DownloadID").asText()
              + "&rowrange="
              + name,
          "");
      refused("GET", "/projects/demo/instances?daterange=" + name, "");
      String xml = text.replace("&", "&amp;").replace("<", "&lt;");
      refused("POST", "/projects/demo/schemas", "<Schema><Name>" + xml + "</Name></Schema>");
      assertThat(
              TestServer.text(
                  server.send(
                      "POST",
                      "/api/projects/demo/tables?query",
                      ("<Tables><Table><Project>demo</Project><Name>"
                              + xml
                              + "</Name></Table></Tables>")
                          .getBytes(UTF_8))))
          .contains("<Tables>")
          .doesNotContain("<Table>");
      String json =
          TestServer.JSON.createObjectNode().put("partitionName", "ds=" + text).toString();
      refused(
          "PUT",
          "/projects/demo/tables/p?op=alterPartition",
          json.replace("}", ",\"properties\":{}}"));
      for (String list : List.of("tables", "projects", "schemas")) {
        String path = list.equals("projects") ? "/api/projects" : "/api/projects/demo/" + list;
        HttpResponse<byte[]> answer = server.send("GET", path + "?name=" + name, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestServer.text(answer)).doesNotContain("<Name>");
      }
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Such a name either is what it is, or is refused; it never becomes part of a statement. */
  @Test
  void noNameInSqlIsSql() throws IOException {
    List<String> names = new ArrayList<>(STATEMENTS);
    names.addAll(List.of("a b", "a.b", "SELECT", "x".repeat(300), "../x", "{0}", "id, name"));
    for (String name : names) {
      String q = quoted(name);
      for (String sql :
          List.of(
              "SELECT " + q + " FROM t",
              "SELECT * FROM " + q,
              "SELECT * FROM demo." + q,
              "SELECT * FROM " + q + ".t",
              "INSERT INTO t (" + q + ") VALUES (1)",
              "INSERT INTO " + q + " VALUES (1)",
              "INSERT INTO p PARTITION (" + q + " = 'x') VALUES (1)",
              "ALTER TABLE t RENAME COLUMN " + q + " TO x",
              "ALTER TABLE " + q + " SET COMMENT 'x'",
              "ALTER TABLE p DROP PARTITION (" + q + " = 'x')",
              "DROP TABLE " + q,
              "DROP SCHEMA " + q,
              "SHOW PARTITIONS " + q,
              "DESC " + q)) {
        assertThat(server.failure(sql)).as(sql).startsWith("ODPS-");
      }
      // An alias is free to be anything, and stays what it is.
      String id = server.submit("SELECT id AS " + q + " FROM t AS x");
      if (server.await(id).equals("Success")) {
        assertThat(server.result(id))
            .isEqualTo("\"" + name.toLowerCase(Locale.ROOT).replace("\"", "\"\"") + "\"\n1\n");
      } else {
        assertThat(server.result(id)).startsWith("ODPS-");
      }
      for (String sql :
          List.of(
              "CREATE TABLE " + q + " (id BIGINT)",
              "CREATE TABLE made (" + q + " BIGINT)",
              "CREATE TABLE made (id BIGINT) PARTITIONED BY (" + q + " STRING)",
              "CREATE TABLE made (id STRUCT<" + q + ":BIGINT>)",
              "CREATE VIEW made (" + q + ") AS SELECT id FROM t",
              "CREATE SCHEMA " + q)) {
        String made = server.submit(sql);
        if (server.await(made).equals("Success")) {
          server.sql(
              sql.startsWith("CREATE TABLE `")
                  ? "DROP TABLE " + q
                  : sql.startsWith("CREATE SCHEMA")
                      ? "DROP SCHEMA " + q
                      : sql.startsWith("CREATE VIEW") ? "DROP VIEW made" : "DROP TABLE made");
        } else {
          assertThat(server.result(made)).as(sql).startsWith("ODPS-");
        }
        assertThat(server.sql("SHOW TABLES").lines()).hasSize(2);
        assertThat(server.sql("SHOW SCHEMAS")).isEqualTo("default\n");
      }
    }
  }

  @Test
  void textsInSqlStayTexts() throws IOException {
    for (String text : STATEMENTS) {
      String literal = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
      server.sql("INSERT INTO t VALUES (2, " + literal + ")");
      assertThat(server.select("SELECT name FROM t WHERE id = 2", true)).containsExactly(text);
      assertThat(server.select("SELECT name FROM t WHERE name = " + literal, true))
          .containsExactly(text);
      server.sql("INSERT OVERWRITE TABLE t SELECT * FROM t WHERE id = 1");
      String comment = server.submit("ALTER TABLE t SET COMMENT " + literal);
      assertThat(server.await(comment)).isEqualTo("Success");
      assertThat(
              server.json("POST", "/projects/demo/tables/t?downloads").path("RecordCount").asLong())
          .isEqualTo(1);
    }
  }

  @Test
  void nothingBeyondTheTablesIsReached() throws IOException {
    String file = folder.resolve("escaped").toString();
    for (String sql :
        List.of(
            "SELECT * FROM `" + file + "`",
            "SELECT * FROM read_text('" + file + "')",
            "SELECT * FROM read_csv('" + file + "')",
            "SELECT read_text('" + file + "')",
            "SELECT * FROM glob('" + folder + "/*')",
            "SELECT getenv('PATH')",
            "SELECT current_setting('temp_directory')",
            "SELECT * FROM duckdb_settings()",
            "SELECT * FROM tunnel_catalog.tables",
            "SELECT * FROM information_schema.tables",
            "SELECT * FROM main.t",
            "COPY t TO '" + folder.resolve("made") + "'",
            "EXPORT DATABASE '" + folder.resolve("made") + "'",
            "ATTACH '" + folder.resolve("made") + "' AS made",
            "PRAGMA database_list",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET GLOBAL temp_directory = '" + folder.resolve("made") + "'; SELECT * FROM missing",
            "CALL pragma_version()")) {
      assertThat(server.failure(sql)).as(sql).startsWith("ODPS-").doesNotContain("outside");
    }
  }
}
