package io.tunnel.sql;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;

/** Arithmetic: strings are taken as DOUBLE, a division by zero is NULL. */
final class Arithmetic {
  private static final Set<SqlKind> NUMERIC =
      EnumSet.of(
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.MINUS_PREFIX,
          SqlKind.INTERVAL);

  private Arithmetic() {}

  /**
   * Rewrites an operator.
   *
   * @param exact whether products of decimals have to be exact where DuckDB's have too many digits
   */
  static SqlNode rewrite(SqlCall call, List<SqlNode> operands, boolean exact) {
    SqlNode left = number(call.operand(0), operands.get(0));
    if (call.getKind() == SqlKind.MINUS_PREFIX) {
      return call.getOperator().createCall(call.getParserPosition(), left);
    }
    SqlNode right = number(call.operand(1), operands.get(1));
    return switch (call.getKind()) {
      case DIVIDE -> DuckDbNodes.call("mc_divide", left, right);
      case MOD -> DuckDbNodes.binary(left, "%", notZero(call.operand(1), right));
      case TIMES ->
          exact && !isInterval(call.operand(0)) && !isInterval(call.operand(1))
              ? DuckDbNodes.call("mc_multiply", left, right)
              : call.getOperator().createCall(call.getParserPosition(), left, right);
      default -> call.getOperator().createCall(call.getParserPosition(), left, right);
    };
  }

  private static boolean isInterval(SqlNode node) {
    return node instanceof SqlIntervalLiteral || node.getKind() == SqlKind.INTERVAL;
  }

  /** DIV. */
  static SqlNode integerDivision(SqlCall call, List<SqlNode> operands) {
    return DuckDbNodes.binary(
        number(call.operand(0), operands.get(0)),
        "//",
        notZero(call.operand(1), number(call.operand(1), operands.get(1))));
  }

  /** An operand that is no string. */
  private static SqlNode number(SqlNode original, SqlNode rewritten) {
    boolean isNumber =
        original instanceof SqlNumericLiteral
            || original instanceof SqlIntervalLiteral
            || NUMERIC.contains(original.getKind());
    return isNumber ? rewritten : NumericFunctions.number(rewritten);
  }

  private static SqlNode notZero(SqlNode original, SqlNode divisor) {
    if (original instanceof SqlNumericLiteral number) {
      BigDecimal value = number.bigDecimalValue();
      if (value != null && value.signum() != 0) {
        return divisor;
      }
    }
    return DuckDbNodes.template("nullif({0}, 0)", divisor);
  }
}
