package io.tunnel.sql.parser;

import io.tunnel.sql.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Java values of constants in a parse tree. */
public final class Constants {
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-M-d")
          .toFormatter(java.util.Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-M-d H:m:s")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(java.util.Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Constants() {}

  /** The constant that a node stands for, or null when it is none. */
  public static Value.@Nullable Literal literal(SqlNode node) {
    if (node instanceof SqlUnknownLiteral typed) {
      return typed.tag.equals("JSON") ? null : new Value.Literal(typed(typed));
    }
    if (node instanceof SqlLiteral literal) {
      return plain(literal);
    }
    if (node instanceof SqlBasicCall call && call.operandCount() >= 1) {
      return signedOrSuffixed(call);
    }
    return null;
  }

  private static Value.@Nullable Literal plain(SqlLiteral literal) {
    Object value = literal.getValue();
    if (value == null) {
      return new Value.Literal(null);
    }
    if (value instanceof NlsString string) {
      return new Value.Literal(string.getValue());
    }
    if (value instanceof Boolean) {
      return new Value.Literal(value);
    }
    if (literal instanceof SqlNumericLiteral number) {
      return new Value.Literal(number(number, false));
    }
    return null;
  }

  private static Object number(SqlNumericLiteral number, boolean negative) {
    BigDecimal magnitude = number.bigDecimalValue();
    if (magnitude == null) {
      throw new IllegalStateException("A numeric literal without a value");
    }
    BigDecimal value = negative ? magnitude.negate() : magnitude;
    if (!number.isExact()) {
      return negative ? -magnitude.doubleValue() : value.doubleValue();
    }
    return number.isInteger() ? integer(value.toBigInteger().toString()) : value;
  }

  private static Value.@Nullable Literal signedOrSuffixed(SqlCall call) {
    SqlNode operand = call.operand(0);
    if (call.getKind() == SqlKind.MINUS_PREFIX || call.getKind() == SqlKind.PLUS_PREFIX) {
      boolean negative = call.getKind() == SqlKind.MINUS_PREFIX;
      if (operand instanceof SqlNumericLiteral number) {
        return new Value.Literal(number(number, negative));
      }
      Value.Literal inner =
          operand instanceof SqlBasicCall suffixed && suffixed.getKind() == SqlKind.CAST
              ? signedOrSuffixed(suffixed)
              : null;
      return inner == null || !negative ? inner : new Value.Literal(negate(inner.value()));
    }
    if (call.getKind() == SqlKind.CAST
        && operand instanceof SqlNumericLiteral number
        && call.operandCount() == 2
        && isSuffix(call)
        && !isFloat(call)) {
      return new Value.Literal(suffixedValue(number, call));
    }
    return null;
  }

  /** Whether a CAST is a number's suffix: only then all of it lies in one token. */
  private static boolean isSuffix(SqlCall cast) {
    return cast.getParserPosition().equals(cast.operand(0).getParserPosition());
  }

  /** A FLOAT is no constant: as a DOUBLE it would have other digits. */
  private static boolean isFloat(SqlCall cast) {
    SqlDataTypeSpec type = cast.operand(1);
    return type.getTypeName().getSimple().equals("FLOAT");
  }

  private static Object suffixedValue(SqlNumericLiteral number, SqlCall cast) {
    SqlDataTypeSpec type = cast.operand(1);
    return type.getTypeName().getSimple().equals("DECIMAL")
        ? java.util.Objects.requireNonNull(number.bigDecimalValue())
        : number(number, false);
  }

  private static @Nullable Object negate(@Nullable Object value) {
    if (value instanceof Long number) {
      return -number;
    }
    if (value instanceof BigDecimal number) {
      BigDecimal negated = number.negate();
      return number.scale() == 0 ? integer(negated.toPlainString()) : negated;
    }
    return value;
  }

  /** A Long when it fits into 64 bits, else a BigDecimal. */
  static Object integer(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return new BigDecimal(digits);
    }
  }

  /**
   * The date or time of a literal such as {@code DATE '2020-01-01'}.
   *
   * @throws DateTimeException when the text is none
   */
  public static Temporal time(SqlUnknownLiteral literal) {
    String text = literal.getValue();
    return literal.tag.equals("DATE")
        ? LocalDate.parse(text, DATE)
        : text.length() <= 10
            ? LocalDate.parse(text, DATE).atStartOfDay()
            : LocalDateTime.parse(text, DATE_TIME);
  }

  private static Object typed(SqlUnknownLiteral literal) {
    try {
      return time(literal);
    } catch (DateTimeException e) {
      SqlParserPos position = literal.getParserPosition();
      throw new LexerException(
          position.getLineNum(),
          position.getColumnNum(),
          "invalid " + literal.tag + " literal '" + literal.getValue() + "'");
    }
  }
}
