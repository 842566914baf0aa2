package io.tunnel.cli.output;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Rows as CSV that {@code tunnel upload --null ''} reads back to the same values. */
final class CsvPrinter implements ResultPrinter {
  private final PrintStream out;
  private final StringBuilder line = new StringBuilder();
  private int columns;

  CsvPrinter(PrintStream out) {
    this.out = out;
  }

  @Override
  public void begin(ResultSetMetaData metaData) throws SQLException {
    columns = metaData.getColumnCount();
    for (int i = 1; i <= columns; i++) {
      separate(i);
      field(metaData.getColumnLabel(i));
    }
    flushLine();
  }

  @Override
  public void row(ResultSet current) throws SQLException {
    for (int i = 1; i <= columns; i++) {
      separate(i);
      String text = current.getString(i);
      if (text != null) {
        field(text);
      }
    }
    flushLine();
  }

  @Override
  public void end() {
    out.flush();
  }

  private void separate(int column) {
    if (column > 1) {
      line.append(',');
    }
  }

  private void field(String text) {
    if (!needsQuotes(text)) {
      line.append(text);
      return;
    }
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"') {
        line.append('"');
      }
      line.append(character);
    }
    line.append('"');
  }

  private static boolean needsQuotes(String text) {
    if (text.isEmpty()) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == ',' || character == '"' || character == '\n' || character == '\r') {
        return true;
      }
    }
    return false;
  }

  private void flushLine() {
    // RFC 4180 ends lines with CR LF, but every tool of a Unix shell wants LF, and readers take it.
    out.print(line.append('\n'));
    line.setLength(0);
  }
}
