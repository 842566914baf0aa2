package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlBetweenOperator;

/**
 * Comparisons. DuckDB refuses to compare a string with a number or a time; MaxCompute converts the
 * string. Which of them a column is only DuckDB knows, so a macro decides.
 */
final class Comparisons {
  private Comparisons() {}

  static SqlNode rewrite(SqlCall call, List<SqlNode> operands) {
    SqlNode left = call.operand(0);
    SqlNode right = call.operand(1);
    return isPlain(left)
            || isPlain(right)
            || (DuckDbNodes.isNumber(operands.get(0)) && DuckDbNodes.isNumber(operands.get(1)))
        ? call.getOperator().createCall(call.getParserPosition(), operands)
        : mixed(call.getKind(), operands.get(0), operands.get(1));
  }

  /** What DuckDB takes beside anything that it may be compared with. */
  private static boolean isPlain(SqlNode node) {
    return (node instanceof SqlLiteral literal
            && (literal.getValue() == null || DuckDbNodes.stringValue(node) != null))
        || node.getKind() == SqlKind.ROW
        || node.isA(SqlKind.QUERY);
  }

  private static SqlNode mixed(SqlKind kind, SqlNode left, SqlNode right) {
    return switch (kind) {
      case EQUALS -> DuckDbNodes.call("mc_eq", left, right);
      case NOT_EQUALS -> DuckDbNodes.template("(NOT {0})", DuckDbNodes.call("mc_eq", left, right));
      case LESS_THAN -> DuckDbNodes.call("mc_lt", left, right);
      case LESS_THAN_OR_EQUAL -> DuckDbNodes.call("mc_le", left, right);
      case GREATER_THAN -> DuckDbNodes.call("mc_lt", right, left);
      default -> DuckDbNodes.call("mc_le", right, left);
    };
  }

  /** As two comparisons when nothing is worked out twice by that. */
  static SqlNode between(SqlCall call, List<SqlNode> operands) {
    SqlNode value = call.operand(0);
    boolean simple = value instanceof SqlIdentifier;
    if (!simple || isPlain(call.operand(1)) || isPlain(call.operand(2))) {
      return call.getOperator().createCall(call.getParserPosition(), operands);
    }
    boolean negated = ((SqlBetweenOperator) call.getOperator()).isNegated();
    return DuckDbNodes.template(
        negated ? "(NOT ({0} AND {1}))" : "({0} AND {1})",
        DuckDbNodes.call("mc_le", operands.get(1), operands.get(0)),
        DuckDbNodes.call("mc_le", operands.get(0), operands.get(2)));
  }
}
