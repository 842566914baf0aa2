package io.tunnel.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of {@link Value.Literal} in DuckDB's SQL. */
final class DuckDbLiterals {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT);

  private DuckDbLiterals() {}

  static String literal(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof String string) {
      return DuckDbDialect.literal(string);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Double number) {
      String text = number.toString();
      if (!Double.isFinite(number)) {
        return "CAST('" + text + "' AS DOUBLE)";
      }
      return text.indexOf('E') >= 0 ? text : text + "E0";
    }
    if (value instanceof LocalDate date) {
      return "DATE '" + DATE.format(date) + "'";
    }
    if (value instanceof LocalDateTime time) {
      // Nanoseconds reach only from 1677 to 2262.
      String text = TIME.format(time);
      return time.getNano() % 1000 == 0
          ? "TIMESTAMP '" + text.substring(0, text.length() - 3) + "'"
          : "TIMESTAMP_NS '" + text + "'";
    }
    return value.toString();
  }
}
