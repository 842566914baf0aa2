package io.tunnel.cli.output;

import org.jline.utils.WCWidth;

/** How many terminal columns a text takes: wide (CJK) characters two, combining ones none. */
final class DisplayWidth {
  private DisplayWidth() {}

  static int of(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      width += character < 0x7f ? 1 : Math.max(0, WCWidth.wcwidth(character));
      i += Character.charCount(character);
    }
    return width;
  }

  /** Appends the text, filled up to the width; a longer text is never cut. */
  static void pad(StringBuilder line, String text, int width, boolean right) {
    int blanks = Math.max(0, width - of(text));
    if (right) {
      line.append(" ".repeat(blanks)).append(text);
    } else {
      line.append(text).append(" ".repeat(blanks));
    }
  }

  /** The text on one line: control characters become escapes, so that nothing breaks the table. */
  static String oneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder result = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        default -> {
          if (Character.isISOControl(character)) {
            result.append(String.format("\\u%04x", (int) character));
          } else {
            result.append(character);
          }
        }
      }
    }
    return result.toString();
  }
}
