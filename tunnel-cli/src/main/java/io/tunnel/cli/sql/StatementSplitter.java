package io.tunnel.cli.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into statements at the semicolons that stand outside of quotes and comments. It knows
 * nothing else of SQL; what a statement means is for the driver to say.
 */
final class StatementSplitter {
  /**
   * A text, cut.
   *
   * @param complete the statements that a semicolon ended, without it
   * @param rest what stands behind the last semicolon, without blanks at its ends; empty if that is
   *     nothing but blanks and comments
   * @param open whether the text ends within quotes or within a block comment
   */
  record Statements(List<String> complete, String rest, boolean open) {
    /** The complete statements and the rest, as a script without a last semicolon means it. */
    List<String> all() {
      List<String> all = new ArrayList<>(complete);
      if (!rest.isEmpty()) {
        all.add(rest);
      }
      return all;
    }
  }

  private final String text;
  private final List<String> complete = new ArrayList<>();
  private int position;
  private int start;
  private boolean content;
  private boolean open;

  private StatementSplitter(String text) {
    this.text = text;
  }

  static Statements split(String text) {
    return new StatementSplitter(text).run();
  }

  private Statements run() {
    while (position < text.length()) {
      char character = text.charAt(position);
      if (character == ';') {
        end();
        position++;
        start = position;
      } else if (text.startsWith("--", position)) {
        int newline = text.indexOf('\n', position);
        position = newline < 0 ? text.length() : newline + 1;
      } else if (text.startsWith("/*", position)) {
        skipPast("*/", position + 2);
      } else if (character == '`') {
        content = true;
        skipPast("`", position + 1);
      } else if (character == '\'' || character == '"') {
        content = true;
        skipQuoted(character);
      } else {
        content |= !Character.isWhitespace(character);
        position++;
      }
    }
    String rest = content ? text.substring(start).strip() : "";
    return new Statements(List.copyOf(complete), rest, open);
  }

  private void end() {
    if (content) {
      complete.add(text.substring(start, position).strip());
    }
    content = false;
  }

  private void skipPast(String end, int from) {
    int found = text.indexOf(end, from);
    open = found < 0;
    position = found < 0 ? text.length() : found + end.length();
  }

  /** A quote is written twice or behind a backslash to stand in a text. */
  private void skipQuoted(char quote) {
    position++;
    while (position < text.length()) {
      char character = text.charAt(position++);
      if (character == '\\') {
        position = Math.min(position + 1, text.length());
      } else if (character == quote) {
        return;
      }
    }
    open = true;
  }
}
