package io.tunnel.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One text of the corpus and what it has to give. The form of a corpus file:
 *
 * <pre>
 * # a remark
 * SELECT 1 AS a, 'x' AS b;          any number of lines
 * @ a | b                           the names of the columns, if they matter
 * : int | string                    their types, if they matter
 * = 1 | x                           each row, in order
 * </pre>
 *
 * Other expectations are {@code none} (a query without rows), {@code ok} (a statement without an
 * answer), {@code " line} (a line of a text answer) and {@code ! CODE part of the message}. Rows
 * show NULL as NULL and texts that could be mistaken in single quotes.
 */
record CorpusCase(String file, int line, String sql, List<String> expected) {

  static List<CorpusCase> read(String file) throws IOException {
    List<CorpusCase> cases = new ArrayList<>();
    StringBuilder sql = new StringBuilder();
    List<String> expected = new ArrayList<>();
    int start = 0;
    int number = 0;
    for (String line : lines(file)) {
      number++;
      boolean isExpectation = isExpectation(line);
      if (!expected.isEmpty() && !isExpectation) {
        cases.add(new CorpusCase(file, start, sql.toString(), List.copyOf(expected)));
        sql.setLength(0);
        expected.clear();
      }
      if (isExpectation) {
        expected.add(line);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        if (sql.isEmpty()) {
          start = number;
        }
        sql.append(sql.isEmpty() ? "" : "\n").append(line);
      }
    }
    if (expected.isEmpty()) {
      throw new IOException(file + " ends without an expectation");
    }
    cases.add(new CorpusCase(file, start, sql.toString(), List.copyOf(expected)));
    return cases;
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream in = CorpusCase.class.getResourceAsStream("/corpus/" + file)) {
      if (in == null) {
        throw new IOException("No corpus file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static boolean isExpectation(String line) {
    return line.equals("ok")
        || line.equals("none")
        || line.length() > 1 && "@:=\"!".indexOf(line.charAt(0)) >= 0 && line.charAt(1) == ' ';
  }

  @Override
  public String toString() {
    return file + ":" + line + " " + sql;
  }
}
