package io.tunnel.sql;

import io.tunnel.sql.parser.Constants;
import io.tunnel.sql.parser.MaxComputeTypeSpec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Constants of one kind as a list of DuckDB that is one text in the statement: {@code
 * CAST(string_split('1,2,3', ',') AS BIGINT[])}. A text is read in no time, while DuckDB binds and
 * optimizes each constant of a list that is written out. Each value is what the same constant gives
 * in {@link ExpressionRewriter}, of the type that DuckDB gives to a list of them.
 *
 * <p>There is none for DECIMAL: compared with a decimal of many digits DuckDB would round the
 * values of a table, which it does not with those of a list.
 */
final class ConstantList {
  private static final Map<String, Integer> INTEGER_BITS =
      Map.of("TINYINT", 7, "SMALLINT", 15, "INT", 31, "BIGINT", 63);

  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,19}");

  /** Texts are parted by one of the control characters below, which none of them contains. */
  private static final int CONTROL_CHARACTERS = 32;

  private enum Kind {
    INTEGER,
    DOUBLE,
    TEXT,
    DATE,
    DATETIME,
    TIMESTAMP
  }

  /** A constant as DuckDB's casts read it. */
  private record Constant(Kind kind, String text) {}

  private final List<String> texts = new ArrayList<>();
  private final BitSet controls = new BitSet();
  private @Nullable Kind kind;

  /** Adds a constant; false if the node is none, or one of another kind than those before. */
  boolean add(SqlNode node) {
    Constant constant = constant(node);
    if (constant == null || (kind != null && kind != constant.kind)) {
      return false;
    }
    kind = constant.kind;
    if (kind == Kind.TEXT) {
      addControls(constant.text);
    }
    texts.add(constant.text);
    return true;
  }

  private void addControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < CONTROL_CHARACTERS) {
        controls.set(c);
      }
    }
  }

  int size() {
    return texts.size();
  }

  /** The list; null if there is none for these values. */
  @Nullable SqlNode node() {
    String type =
        switch (Objects.requireNonNull(kind)) {
          case INTEGER -> "BIGINT[]";
          case DOUBLE -> "DOUBLE[]";
          case DATE -> "DATE[]";
          case DATETIME -> "TIMESTAMP_MS[]";
          case TIMESTAMP -> "TIMESTAMP_NS[]";
          case TEXT -> null;
        };
    if (type != null) {
      return DuckDbNodes.raw(
          "CAST(string_split('" + String.join(",", texts) + "', ',') AS " + type + ")");
    }
    // U+0000 is what DuckDB's text cannot have.
    int separator = controls.nextClearBit(1);
    return controls.get(0) || separator >= CONTROL_CHARACTERS
        ? null
        : DuckDbNodes.raw(
            "string_split("
                + DuckDbDialect.literal(String.join(String.valueOf((char) separator), texts))
                + ", chr("
                + separator
                + "))");
  }

  private static @Nullable Constant constant(SqlNode node) {
    if (node instanceof SqlUnknownLiteral typed) {
      return time(typed);
    }
    if (node instanceof SqlNumericLiteral number) {
      return number(number);
    }
    String text = DuckDbNodes.stringValue(node);
    if (text != null) {
      return new Constant(Kind.TEXT, text);
    }
    return switch (node.getKind()) {
      case MINUS_PREFIX -> negative(((SqlCall) node).operand(0));
      case CAST -> cast((SqlCall) node);
      default -> null;
    };
  }

  private static @Nullable Constant time(SqlUnknownLiteral literal) {
    Kind kind =
        switch (literal.tag) {
          case "DATE" -> Kind.DATE;
          case "DATETIME" -> Kind.DATETIME;
          case "TIMESTAMP", "TIMESTAMP_NTZ" -> Kind.TIMESTAMP;
          default -> null;
        };
    try {
      if (kind != null) {
        Constants.time(literal);
        return new Constant(kind, literal.getValue());
      }
    } catch (DateTimeException e) {
      // The statement is refused with the reason where the literal is translated.
    }
    return null;
  }

  private static @Nullable Constant number(SqlNumericLiteral number) {
    BigDecimal value = number.bigDecimalValue();
    if (value == null) {
      return null;
    }
    if (number.isExact() && number.isInteger()) {
      return integer(value.toBigInteger(), "BIGINT");
    }
    return new Constant(Kind.DOUBLE, value.toString());
  }

  /** An integer; null if the type has none so large. */
  private static @Nullable Constant integer(BigInteger value, String type) {
    return value.bitLength() > Objects.requireNonNull(INTEGER_BITS.get(type))
        ? null
        : new Constant(Kind.INTEGER, value.toString());
  }

  private static @Nullable Constant negative(SqlNode operand) {
    boolean isNumber = operand instanceof SqlNumericLiteral || operand.getKind() == SqlKind.CAST;
    Constant number = isNumber ? constant(operand) : null;
    return number == null || number.text.startsWith("-")
        ? null
        : new Constant(number.kind, "-" + number.text);
  }

  /** An integer with a suffix, and one that is written as a CAST because it is the smallest. */
  private static @Nullable Constant cast(SqlCall call) {
    if (!(call.operand(1) instanceof SqlDataTypeSpec spec)
        || !(spec.getTypeNameSpec() instanceof MaxComputeTypeSpec name)
        || !INTEGER_BITS.containsKey(name.type().name())) {
      return null;
    }
    SqlNode operand = call.operand(0);
    if (operand instanceof SqlNumericLiteral number) {
      BigDecimal value = number.isInteger() ? number.bigDecimalValue() : null;
      return value == null ? null : integer(value.toBigInteger(), name.type().name());
    }
    String text = DuckDbNodes.stringValue(operand);
    return text != null && DIGITS.matcher(text).matches()
        ? integer(new BigInteger(text), name.type().name())
        : null;
  }
}
