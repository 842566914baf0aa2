package io.tunnel.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;

/** Turns time formats into those of {@code strftime} and {@code strptime}. */
final class TimeFormat {
  private record Piece(String letters, String directive) {}

  /** MaxCompute's own letters, in any case: mm is the month, mi the minute. */
  private static final List<Piece> MAX_COMPUTE =
      List.of(
          new Piece("yyyy", "%Y"),
          new Piece("hh24", "%H"),
          new Piece("ff3", "%g"),
          new Piece("ff6", "%f"),
          new Piece("ff9", "%n"),
          new Piece("mm", "%m"),
          new Piece("dd", "%d"),
          new Piece("hh", "%H"),
          new Piece("mi", "%M"),
          new Piece("ss", "%S"));

  /** The letters of java.text.SimpleDateFormat that DATE_FORMAT takes. */
  private static final Map<String, String> JAVA =
      Map.ofEntries(
          Map.entry("yyyy", "%Y"),
          Map.entry("yy", "%y"),
          Map.entry("MM", "%m"),
          Map.entry("M", "%-m"),
          Map.entry("dd", "%d"),
          Map.entry("d", "%-d"),
          Map.entry("HH", "%H"),
          Map.entry("H", "%-H"),
          Map.entry("hh", "%I"),
          Map.entry("mm", "%M"),
          Map.entry("ss", "%S"),
          Map.entry("SSS", "%g"),
          Map.entry("a", "%p"),
          Map.entry("E", "%a"),
          Map.entry("EEEE", "%A"));

  private TimeFormat() {}

  /** For TO_CHAR and TO_DATE. */
  static String maxCompute(String format, SqlNode place) {
    StringBuilder directives = new StringBuilder();
    String lower = format.toLowerCase(Locale.ROOT);
    int i = 0;
    while (i < format.length()) {
      Piece piece = pieceAt(lower, i);
      if (piece != null) {
        directives.append(piece.directive);
        i += piece.letters.length();
      } else {
        plain(format, format.charAt(i), directives, place);
        i++;
      }
    }
    return directives.toString();
  }

  private static @org.jspecify.annotations.Nullable Piece pieceAt(String lower, int i) {
    for (Piece piece : MAX_COMPUTE) {
      if (lower.startsWith(piece.letters, i)) {
        return piece;
      }
    }
    return null;
  }

  /** For DATE_FORMAT. */
  static String java(String format, SqlNode place) {
    StringBuilder directives = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i);
      int end = i + 1;
      while (end < format.length() && format.charAt(end) == c) {
        end++;
      }
      String directive = JAVA.get(format.substring(i, end));
      if (directive != null) {
        directives.append(directive);
        i = end;
      } else {
        plain(format, c, directives, place);
        i++;
      }
    }
    return directives.toString();
  }

  private static void plain(String format, char c, StringBuilder directives, SqlNode place) {
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
      throw TranslationFailure.unsupported(
          place, "time format '" + format + "' has the letter " + c + ", which is not supported");
    }
    directives.append(c == '%' ? "%%" : String.valueOf(c));
  }
}
