package io.tunnel.server.sql;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What DuckDB says about a failed statement, in the service's words and codes. */
final class DuckDbErrors {
  private static final Pattern COLUMN =
      Pattern.compile("column \"?([^\" ]+)\"? (?:not found|referenced|must appear)");
  private static final Pattern FUNCTION =
      Pattern.compile("Function with name \"?([^\" ]+)\"? (?:does not exist|is not)");
  private static final Pattern NOT_NULL = Pattern.compile("NOT NULL constraint failed: .*\\.(.*)");

  private static final Pattern TOO_LONG =
      Pattern.compile(
          "Overflow in (?:multiplication|addition|subtraction) of DECIMAL|Overflow in HUGEINT"
              + "|Needed scale|DECIMAL\\(38, ?(?:19|2\\d|3\\d)\\)");

  private DuckDbErrors() {}

  static SqlFailure failure(SQLException e, Instance instance) {
    String message = firstLine(String.valueOf(e.getMessage()));
    if (message.startsWith("INTERRUPT") && instance.isCancelled()) {
      return SqlFailure.cancelled();
    }
    String query = instance.job().query();
    Matcher column = COLUMN.matcher(message);
    if (message.startsWith("Binder Error") && column.find()) {
      String name = column.group(1);
      int[] place = place(query, name);
      String text =
          message.contains("not found")
              ? "column " + name + " cannot be resolved"
              : withoutPrefix(message);
      return SqlFailure.at(
          SqlFailure.SEMANTIC, place[0], place[1], "Semantic analysis exception - " + text, e);
    }
    Matcher function = FUNCTION.matcher(message);
    if (function.find()) {
      String name = function.group(1);
      int[] place = place(query, name);
      return SqlFailure.at(
          SqlFailure.SEMANTIC,
          place[0],
          place[1],
          "Semantic analysis exception - function " + name + " cannot be resolved",
          e);
    }
    Matcher notNull = NOT_NULL.matcher(message);
    if (notNull.find()) {
      return SqlFailure.of(
          SqlFailure.RUNTIME,
          "Invalid arguments - column " + notNull.group(1) + " is NOT NULL, NULL is not allowed",
          e);
    }
    if (List.of("Binder", "Catalog").contains(message.split(" ", 2)[0])) {
      return SqlFailure.of(
          SqlFailure.SEMANTIC, "Semantic analysis exception - " + withoutPrefix(message), e);
    }
    if (message.startsWith("Conversion")
        || message.startsWith("Out of Range")
        || message.startsWith("Constraint")
        || message.startsWith("Invalid")) {
      return SqlFailure.of(SqlFailure.RUNTIME, "Invalid arguments - " + withoutPrefix(message), e);
    }
    return SqlFailure.of(SqlFailure.INTERNAL, "System internal error - " + message, e);
  }

  /**
   * Whether decimals had more digits than DuckDB holds, as they have when they come from a product
   * of decimals with many places.
   */
  static boolean isProductTooLong(SQLException e) {
    return TOO_LONG.matcher(String.valueOf(e.getMessage())).find();
  }

  static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static String withoutPrefix(String message) {
    int colon = message.indexOf(": ");
    return colon < 0 ? message : message.substring(colon + 2);
  }

  /** Line and column of the first place where a name stands in a text, or of its beginning. */
  private static int[] place(String text, String name) {
    Matcher found =
        Pattern.compile("(?i)(?<![\\w`])`?" + Pattern.quote(name) + "(?!\\w)").matcher(text);
    if (!found.find()) {
      return new int[] {1, 1};
    }
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < found.start(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new int[] {line, found.start() - lineStart + 1};
  }
}
