package io.tunnel.sql;

import io.tunnel.sql.parser.MaxComputeOperators;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.jspecify.annotations.Nullable;

/** Operators and special forms whose meaning or form differs in DuckDB. */
final class OperatorRewrites {
  private OperatorRewrites() {}

  /** The backslash escapes in every LIKE, not only in one with ESCAPE. */
  static SqlNode like(SqlCall call, List<SqlNode> operands) {
    String like = ((SqlLikeOperator) call.getOperator()).isNegated() ? "NOT LIKE" : "LIKE";
    String pattern = DuckDbNodes.stringValue(operands.get(1));
    if (operands.size() == 2 && pattern != null && pattern.indexOf('\\') < 0) {
      // DuckDB is faster without ESCAPE.
      return DuckDbNodes.binary(operands.get(0), like, operands.get(1));
    }
    return DuckDbNodes.template(
        "({0} " + like + " {1} ESCAPE {2})",
        operands.get(0),
        operands.get(1),
        operands.size() == 3 ? operands.get(2) : DuckDbNodes.string("\\"));
  }

  static SqlNode matches(SqlCall call, List<SqlNode> operands) {
    SqlNode matches = DuckDbNodes.call("regexp_matches", operands.get(0), operands.get(1));
    return ((SqlLikeOperator) call.getOperator()).isNegated()
        ? DuckDbNodes.template("(NOT {0})", matches)
        : matches;
  }

  static SqlNode extract(SqlCall call, SqlNode time) {
    SqlIntervalQualifier unit = call.operand(0);
    String name = unit.timeFrameName != null ? unit.timeFrameName : unit.getUnit().name();
    return DateFunctions.part(DateFunctions.unit(call, name), time, "INTEGER");
  }

  /** INTERVAL 'n' UNIT, with one unit; the text is written anew, never passed on. */
  static SqlNode intervalLiteral(SqlIntervalLiteral literal) {
    SqlIntervalLiteral.IntervalValue value =
        literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
    SqlIntervalQualifier qualifier = value.getIntervalQualifier();
    String number = value.getIntervalLiteral().strip();
    if (qualifier.timeUnitRange.endUnit != null || !number.matches("-?\\d{1,9}(\\.\\d{1,6})?")) {
      throw TranslationFailure.unsupported(
          literal, "an INTERVAL with more than one unit is not supported");
    }
    return DuckDbNodes.raw(
        (value.getSign() < 0 ? "(-INTERVAL '" : "(INTERVAL '")
            + number
            + "' "
            + qualifier.getStartUnit().name()
            + ")");
  }

  /** INTERVAL n UNIT. */
  static SqlNode interval(SqlCall call, SqlNode count) {
    String unit = ((SqlIntervalQualifier) call.operand(1)).getStartUnit().name();
    return DuckDbNodes.template("({0} * INTERVAL '1' " + unit + ")", count);
  }

  /** TRIM(BOTH 'x' FROM s). */
  static SqlNode trim(SqlCall call, SqlNode string) {
    SqlTrimFunction.Flag flag =
        ((SqlLiteral) call.operand(0)).getValueAs(SqlTrimFunction.Flag.class);
    String function =
        switch (flag) {
          case BOTH -> "trim";
          case LEADING -> "ltrim";
          case TRAILING -> "rtrim";
        };
    SqlNode characters = call.operand(1);
    return DuckDbNodes.call(function, string, characters);
  }

  /** Arrays count from 0, in DuckDB from 1; the key of a map stays as it is. */
  static SqlNode item(SqlCall call, List<SqlNode> operands) {
    SqlNode key = operands.get(1);
    if (key instanceof SqlNumericLiteral number && number.isInteger()) {
      long index = number.longValue(true);
      return DuckDbNodes.template(
          "{0}[CASE WHEN typeof({0}) LIKE 'MAP(%' THEN " + index + " ELSE " + (index + 1) + " END]",
          operands.get(0));
    }
    if (DuckDbNodes.stringValue(key) != null) {
      return DuckDbNodes.template("{0}[{1}]", operands.get(0), key);
    }
    return DuckDbNodes.template(
        "{0}[mc_index({1}, typeof({0}) LIKE 'MAP(%')]", operands.get(0), key);
  }

  /** Operators that have no kind of their own; null when there is nothing to rewrite. */
  static @Nullable SqlNode byName(SqlCall call, ExpressionRewriter rewriter) {
    if (call.getOperator() instanceof MaxComputeOperators.Binary operator) {
      List<SqlNode> operands = rewriter.operands(call);
      SqlNode left = operands.get(0);
      SqlNode right = operands.get(1);
      return switch (operator.meaning()) {
        case CONCAT ->
            DuckDbNodes.binary(StringFunctions.text(left), "||", StringFunctions.text(right));
        case DIV -> Arithmetic.integerDivision(call, operands);
        case BIT_AND -> DuckDbNodes.binary(left, "&", right);
        case BIT_OR -> DuckDbNodes.binary(left, "|", right);
        case BIT_XOR -> DuckDbNodes.call("xor", left, right);
      };
    }
    if (call.getOperator() == SqlStdOperatorTable.LITERAL_CHAIN) {
      StringBuilder value = new StringBuilder();
      for (SqlNode part : call.getOperandList()) {
        value.append(DuckDbNodes.stringValue(part));
      }
      return DuckDbNodes.string(value.toString());
    }
    return null;
  }
}
