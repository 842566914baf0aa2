package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.sql.MaxComputeSql;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of statements: what they give on a server follows the published description of the
 * language, worked out by hand. The statements of a file run in their order on a server of its own.
 */
class SqlCorpusTest {
  private static final List<String> FILES =
      List.of(
          "ddl.txt",
          "dml.txt",
          "metadata.txt",
          "views-and-schemas.txt",
          "queries.txt",
          "functions-date.txt",
          "functions-string.txt",
          "functions-other.txt");

  /** The time on the servers: 2026-03-04 05:06:07.089 UTC, a Wednesday. */
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private static String file = "";
  private static TestServer server;

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  static List<CorpusCase> cases() throws IOException {
    List<CorpusCase> cases = new ArrayList<>();
    for (String name : FILES) {
      cases.addAll(CorpusCase.read(name));
    }
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void givesWhatTheLanguageSays(CorpusCase wanted) throws IOException {
    if (!wanted.file().equals(file)) {
      stop();
      server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(() -> NOW));
      file = wanted.file();
    }
    String id = server.submit(wanted.sql());
    String status = server.await(id);
    String result = server.result(id);
    if (wanted.expected().get(0).startsWith("! ")) {
      assertThat(status).as(result).isEqualTo("Failed");
      String[] parts = wanted.expected().get(0).substring(2).split(" ", 2);
      assertThat(result).startsWith(parts[0] + ":[");
      assertThat(result).contains(parts.length == 1 ? "" : parts[1]);
      return;
    }
    assertThat(status).as(result).isEqualTo("Success");
    assertThat(outcome(id, result, wanted.expected())).isEqualTo(wanted.expected());
  }

  /** The answer in the form of the expectations, with names and types only if they are wanted. */
  private static List<String> outcome(String id, String result, List<String> wanted)
      throws IOException {
    List<String> lines = new ArrayList<>();
    if (wanted.get(0).equals("ok") || wanted.get(0).startsWith("\" ")) {
      result.lines().forEach(line -> lines.add("\" " + line));
      return lines.isEmpty() ? List.of("ok") : lines;
    }
    List<List<String>> rows = CorpusRows.read(result);
    if (wanted.stream().anyMatch(line -> line.startsWith("@ "))) {
      lines.add("@ " + String.join(" | ", rows.get(0)));
    }
    if (wanted.stream().anyMatch(line -> line.startsWith(": "))) {
      lines.add(": " + String.join(" | ", types(id)));
    }
    rows.subList(1, rows.size()).forEach(row -> lines.add("= " + String.join(" | ", row)));
    if (rows.size() == 1) {
      lines.add("none");
    }
    return lines;
  }

  private static List<String> types(String id) throws IOException {
    List<String> types = new ArrayList<>();
    JsonNode session = server.json("POST", "/projects/demo/instances/" + id + "?downloads");
    session
        .path("Schema")
        .path("columns")
        .forEach(column -> types.add(column.path("type").asText().toLowerCase(Locale.ROOT)));
    return types;
  }

  @Test
  void everyFunctionIsCalled() throws IOException {
    StringBuilder all = new StringBuilder();
    cases().forEach(c -> all.append(c.sql().toLowerCase(Locale.ROOT)).append('\n'));
    Set<String> missing = new TreeSet<>();
    for (String name : MaxComputeSql.functions()) {
      if (!Pattern.compile("\\b" + name + "\\s*\\(").matcher(all).find()) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
  }
}
