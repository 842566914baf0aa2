package io.tunnel.sql.parser;

/** The backslash escapes of MaxCompute's string literals. */
final class StringEscapes {
  private StringEscapes() {}

  /**
   * Replaces the escapes in the text between the quotes. {@code \%} and {@code \_} stay as they
   * are, for LIKE; a backslash before any other character means that character.
   */
  static String decode(String raw) {
    StringBuilder value = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\' || i == raw.length()) {
        value.append(c);
        continue;
      }
      if (isOctalCode(raw, i)) {
        value.append((char) Integer.parseInt(raw.substring(i, i + 3), 8));
        i += 3;
        continue;
      }
      if (isUnicodeCode(raw, i)) {
        value.append((char) Integer.parseInt(raw.substring(i + 1, i + 5), 16));
        i += 5;
        continue;
      }
      char escaped = raw.charAt(i++);
      switch (escaped) {
        case '0' -> value.append('\0');
        case 'b' -> value.append('\b');
        case 'n' -> value.append('\n');
        case 'r' -> value.append('\r');
        case 't' -> value.append('\t');
        case 'Z' -> value.append('\u001a');
        case '%', '_' -> value.append('\\').append(escaped);
        default -> value.append(escaped);
      }
    }
    return value.toString();
  }

  private static boolean isOctalCode(String raw, int i) {
    return i + 3 <= raw.length()
        && (raw.charAt(i) == '0' || raw.charAt(i) == '1')
        && isOctalDigit(raw.charAt(i + 1))
        && isOctalDigit(raw.charAt(i + 2));
  }

  private static boolean isOctalDigit(char c) {
    return c >= '0' && c <= '7';
  }

  private static boolean isUnicodeCode(String raw, int i) {
    if (i + 5 > raw.length() || raw.charAt(i) != 'u') {
      return false;
    }
    for (int k = i + 1; k < i + 5; k++) {
      if (Character.digit(raw.charAt(k), 16) < 0 || raw.charAt(k) > 'f') {
        return false;
      }
    }
    return true;
  }
}
