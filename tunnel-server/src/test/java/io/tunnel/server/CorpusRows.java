package io.tunnel.server;

import java.util.ArrayList;
import java.util.List;

/** The CSV text of a result as rows of values in the form of the corpus. */
final class CorpusRows {
  private final String csv;
  private int position;

  private CorpusRows(String csv) {
    this.csv = csv;
  }

  /** The rows; the first one has the names of the columns. */
  static List<List<String>> read(String csv) {
    CorpusRows reader = new CorpusRows(csv);
    List<List<String>> rows = new ArrayList<>();
    while (reader.position < csv.length()) {
      List<String> row = new ArrayList<>();
      do {
        row.add(reader.value());
      } while (reader.csv.charAt(reader.position++) == ',');
      rows.add(row);
    }
    return rows;
  }

  private String value() {
    if (csv.charAt(position) != '"') {
      int start = position;
      while (csv.charAt(position) != ',' && csv.charAt(position) != '\n') {
        position++;
      }
      String plain = csv.substring(start, position);
      return plain.equals("\\N") ? "NULL" : plain;
    }
    StringBuilder text = new StringBuilder();
    position++;
    while (csv.charAt(position) != '"' || csv.startsWith("\"\"", position)) {
      if (csv.charAt(position) == '"') {
        position++;
      }
      text.append(csv.charAt(position++));
    }
    position++;
    return shown(text.toString());
  }

  private static String shown(String text) {
    boolean isClear =
        !text.isEmpty()
            && text.equals(text.strip())
            && !text.equals("NULL")
            && text.indexOf('\n') < 0
            && text.indexOf('|') < 0;
    return isClear ? text : "'" + text.replace("\n", "\\n") + "'";
  }
}
