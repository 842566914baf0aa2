package io.tunnel.server.sql.function;

/** INSTR with a start. Positions count characters, not the halves of surrogate pairs. */
final class TextSearch {
  private TextSearch() {}

  /**
   * Where a part stands in a text, from 1; 0 when it does not. Places may overlap.
   *
   * @param start where to begin, from 1; from the end when negative, and then backwards
   * @param count which of the places is meant, from 1
   */
  static String find(String text, String part, String start, String count) {
    long from = Long.parseLong(start);
    long wanted = Long.parseLong(count);
    int found = from > 0 ? forwards(text, part, from, wanted) : backwards(text, part, from, wanted);
    return Integer.toString(found < 0 ? 0 : text.codePointCount(0, found) + 1);
  }

  private static int forwards(String text, String part, long start, long count) {
    int at = offset(text, start - 1);
    for (long i = 1; at >= 0; i++) {
      at = text.indexOf(part, at);
      if (at < 0 || i == count) {
        return at;
      }
      at = at == text.length() ? -1 : text.offsetByCodePoints(at, 1);
    }
    return -1;
  }

  private static int backwards(String text, String part, long start, long count) {
    int at = offset(text, text.codePointCount(0, text.length()) + start);
    for (long i = 1; at >= 0; i++) {
      at = text.lastIndexOf(part, at);
      if (at < 0 || i == count) {
        return at;
      }
      at = at == 0 ? -1 : text.offsetByCodePoints(at, -1);
    }
    return -1;
  }

  /** The offset of a character, or -1 when there is none before or at the end. */
  private static int offset(String text, long characters) {
    return characters < 0 || characters > text.codePointCount(0, text.length())
        ? -1
        : text.offsetByCodePoints(0, (int) characters);
  }
}
