package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of up to 8 MB, which are not all on the heap at once. */
class WideValuesTest {
  private static final int[] SIZES = {0, 1, 2_000, 40_000, 300_000, 3_000_000};

  @TempDir private Path directory;

  @Test
  @Tag("covers:download-data/wide")
  void valuesOfEverySizeComeOutAsTheyWentIn() throws IOException {
    try (TestServer server = TestServer.start()) {
      server.sql(
          "CREATE TABLE w (id INT, s STRING, b BINARY, j STRING, a ARRAY<STRING>, none STRING)");
      List<String> expected = new ArrayList<>();
      for (int id = 0; id < SIZES.length; id++) {
        String text = "ä" + "x".repeat(SIZES[id]);
        String sql =
            "SELECT %d, concat('ä', repeat('x', %d)), CAST(repeat('y', %d) AS BINARY), NULL,"
                + " array(repeat('z', %d), NULL), NULL";
        server.sql("INSERT INTO w " + String.format(sql, id, SIZES[id], SIZES[id], SIZES[id]));
        expected.add(
            id
                + "|"
                + text
                + "|"
                + "79".repeat(SIZES[id])
                + "|null|[\""
                + "z".repeat(SIZES[id])
                + "\",null]|null");
      }
      for (boolean arrow : new boolean[] {true, false}) {
        assertThat(server.download("w", arrow)).isEqualTo(expected);
        assertThat(server.select("SELECT * FROM w ORDER BY id", arrow)).isEqualTo(expected);
      }
      // Temporary files are gone with their result.
      assertThat(server.storage().folder().temporaryBytes()).isZero();
      try (Stream<Path> files = Files.list(server.storage().folder().temporary())) {
        assertThat(files.filter(f -> f.getFileName().toString().startsWith("f"))).isEmpty();
      }
    }
  }

  @Test
  void bytesThatAreNoTextComeBack() throws IOException {
    try (TestServer server = TestServer.start()) {
      server.sql("CREATE TABLE b (id INT, v BINARY)");
      for (String hex : List.of("FF", "FF30", "FF39393939", "00FF")) {
        server.sql("INSERT INTO b SELECT " + hex.length() + ", unhex('" + hex + "')");
      }
      server.sql("INSERT INTO b SELECT 0, CAST('' AS BINARY)");
      assertThat(server.select("SELECT id, v FROM b ORDER BY id, v", true))
          .containsExactly("0|", "2|ff", "4|00ff", "4|ff30", "10|ff39393939");
    }
  }

  @Test
  @Tag("covers:download-data/wide")
  void aResultMuchWiderThanTheHeapPasses() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                WideResult.class.getName(),
                directory.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("64 rows of 8000000 characters");
  }

  /** The process with the small heap. */
  static final class WideResult {
    private static final int ROWS = 64;
    private static final int WIDTH = 8_000_000;

    private WideResult() {}

    public static void main(String[] arguments) throws IOException {
      LocalTunnelConfig.Builder config =
          LocalTunnelConfig.builder().anonymous(true).dataDirectory(Path.of(arguments[0], "data"));
      try (TestServer server = TestServer.start(config)) {
        server.sql("CREATE TABLE one (id BIGINT)");
        server.sql("INSERT INTO one VALUES (0), (1), (2), (3), (4), (5), (6), (7)");
        server.sql("CREATE TABLE w (id BIGINT, s STRING)");
        server.sql(
            "INSERT INTO w SELECT a.id * 8 + b.id, repeat('x', "
                + WIDTH
                + ") FROM one a CROSS JOIN one b");
        int rows = check(server, "/projects/demo/tables/w", server.createDownload("w", ""));
        String id = server.submit("SELECT id, s FROM w");
        if (!server.await(id).equals("Success")) {
          throw new IllegalStateException(server.result(id));
        }
        String instance = "/projects/demo/instances/" + id;
        if (check(server, instance, server.json("POST", instance + "?downloads")) != rows) {
          throw new IllegalStateException("The results differ");
        }
        System.out.println(rows + " rows of " + WIDTH + " characters");
      }
    }

    private static int check(TestServer server, String resource, JsonNode session)
        throws IOException {
      int rows = session.path("RecordCount").asInt();
      for (int first = 0; first < rows; first += 9) {
        for (String row : server.rows(resource, session, true, ContentCoding.NONE, "", first, 1)) {
          if (row.length() - row.indexOf('|') - 1 != WIDTH || !row.endsWith("xx")) {
            throw new IllegalStateException("Row " + first + " has " + row.length());
          }
        }
      }
      return rows;
    }
  }
}
