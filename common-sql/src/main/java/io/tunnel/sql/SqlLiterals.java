package io.tunnel.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Java values as MaxCompute SQL. No value can change the statement around it. Thread safe. */
public final class SqlLiterals {
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd").toFormatter(Locale.ROOT);
  private static final DateTimeFormatter SECONDS =
      new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss").toFormatter(Locale.ROOT);
  private static final DateTimeFormatter MILLIS = withFraction(3);
  private static final DateTimeFormatter NANOS = withFraction(9);

  private SqlLiterals() {}

  private static DateTimeFormatter withFraction(int digits) {
    return new DateTimeFormatterBuilder()
        .append(SECONDS)
        .appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, true)
        .toFormatter(Locale.ROOT);
  }

  /**
   * The literal for a value.
   *
   * <ul>
   *   <li>null: {@code NULL}; {@code String}, {@code Character}: a quoted string
   *   <li>{@code Byte}, {@code Short}, {@code Integer}, {@code Long}: TINYINT, SMALLINT, INT,
   *       BIGINT; {@code BigInteger}, {@code BigDecimal}: DECIMAL
   *   <li>{@code Float}, {@code Double}: FLOAT, DOUBLE, also NaN and the infinities
   *   <li>{@code LocalDate}, {@code java.sql.Date}: DATE; {@code java.sql.Timestamp}: TIMESTAMP
   *       with the local time that it shows; {@code LocalDateTime}: DATETIME when it has whole
   *       milliseconds, else TIMESTAMP_NTZ
   *   <li>{@code byte[]}: BINARY through {@code unhex}; {@code List}, {@code Map}: {@code
   *       array(…)}, {@code map(…)} of such values
   * </ul>
   *
   * @throws IllegalArgumentException for a value of another class, and for a DECIMAL of more than
   *     38 digits
   */
  public static String literal(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof String || value instanceof Character) {
      return string(value.toString());
    }
    if (value instanceof Boolean flag) {
      return flag ? "TRUE" : "FALSE";
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof LocalDate date) {
      return "DATE '" + DATE.format(yearInRange(date)) + "'";
    }
    if (value instanceof java.sql.Date date) {
      return literal(date.toLocalDate());
    }
    if (value instanceof LocalDateTime time) {
      return dateTime(time);
    }
    if (value instanceof Timestamp timestamp) {
      LocalDateTime time = timestamp.toLocalDateTime();
      yearInRange(time.toLocalDate());
      return "TIMESTAMP '" + fraction(time) + "'";
    }
    if (value instanceof byte[] bytes) {
      return "unhex('" + HexFormat.of().withUpperCase().formatHex(bytes) + "')";
    }
    return collection(value);
  }

  private static String collection(Object value) {
    if (value instanceof List<?> list) {
      StringJoiner joiner = new StringJoiner(", ", "array(", ")");
      list.forEach(element -> joiner.add(literal(element)));
      return joiner.toString();
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner joiner = new StringJoiner(", ", "map(", ")");
      map.forEach((key, element) -> joiner.add(literal(key)).add(literal(element)));
      return joiner.toString();
    }
    throw new IllegalArgumentException(
        "A value of class "
            + value.getClass().getName()
            + " cannot be written as a SQL literal; use a string, number, date or byte[]");
  }

  private static String string(String value) {
    StringBuilder literal = new StringBuilder(value.length() + 2).append('\'');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\'', '\\' -> literal.append('\\').append(c);
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> {
          // The last two stand in no XML document, which is how statements travel.
          if (c < ' ' || c == 0x7f || c >= '\ufffe' || isAlone(value, i)) {
            literal.append(String.format("\\u%04x", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('\'').toString();
  }

  /** Whether the character is half of a surrogate pair without its other half. */
  private static boolean isAlone(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }

  private static String number(Number number) {
    if (number instanceof Long value) {
      // The digits of the smallest value do not fit before the minus is applied.
      return value == Long.MIN_VALUE ? "CAST('" + value + "' AS BIGINT)" : value + "L";
    }
    if (number instanceof Integer value) {
      return value == Integer.MIN_VALUE ? "CAST('" + value + "' AS INT)" : value.toString();
    }
    if (number instanceof Short value) {
      return value == Short.MIN_VALUE ? "CAST('" + value + "' AS SMALLINT)" : value + "S";
    }
    if (number instanceof Byte value) {
      return value == Byte.MIN_VALUE ? "CAST('" + value + "' AS TINYINT)" : value + "Y";
    }
    if (number instanceof Double value) {
      return Double.isFinite(value) ? exponent(value.toString()) : notFinite(value, "DOUBLE");
    }
    if (number instanceof Float value) {
      return Float.isFinite(value)
          ? "CAST(" + exponent(value.toString()) + " AS FLOAT)"
          : notFinite(value.doubleValue(), "FLOAT");
    }
    if (number instanceof BigInteger value) {
      return decimal(new BigDecimal(value));
    }
    if (number instanceof BigDecimal value) {
      return decimal(value);
    }
    return collection(number);
  }

  private static String exponent(String text) {
    return text.indexOf('E') >= 0 ? text : text + "E0";
  }

  private static String notFinite(double value, String type) {
    String text = Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    return "CAST('" + text + "' AS " + type + ")";
  }

  private static String decimal(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    if (Math.max(plain.precision(), plain.scale()) > 38) {
      throw new IllegalArgumentException(
          "DECIMAL has at most 38 digits, but the value has "
              + Math.max(plain.precision(), plain.scale())
              + "; round it or pass it as a string");
    }
    return plain.toPlainString() + "BD";
  }

  private static String dateTime(LocalDateTime time) {
    yearInRange(time.toLocalDate());
    return time.getNano() % 1_000_000 == 0
        ? "DATETIME '" + fraction(time) + "'"
        : "TIMESTAMP_NTZ '" + fraction(time) + "'";
  }

  private static String fraction(LocalDateTime time) {
    int nanos = time.getNano();
    return (nanos == 0 ? SECONDS : nanos % 1_000_000 == 0 ? MILLIS : NANOS).format(time);
  }

  private static LocalDate yearInRange(LocalDate date) {
    if (date.getYear() < 0 || date.getYear() > 9999) {
      throw new IllegalArgumentException(
          "The year " + date.getYear() + " is outside of MaxCompute's range 0000 to 9999");
    }
    return date;
  }
}
