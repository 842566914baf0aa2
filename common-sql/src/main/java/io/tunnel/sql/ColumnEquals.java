package io.tunnel.sql;

import io.tunnel.sql.parser.Constants;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * A condition {@code column = value}.
 *
 * @param column the column, without the name of its table, in lower case
 * @param value a parameter or a constant
 */
public record ColumnEquals(String column, Value value) {

  /**
   * The parts of a condition that says {@code column = value AND …} and nothing else, in their
   * order; null for any other condition.
   *
   * @param table how the statement calls its table: columns may be qualified with it
   */
  public static @Nullable List<ColumnEquals> allOf(Value.Expression condition, String table) {
    List<ColumnEquals> parts = new ArrayList<>();
    return collect(condition.node(), table, parts) ? parts : null;
  }

  private static boolean collect(SqlNode node, String table, List<ColumnEquals> parts) {
    SqlNode rest = node;
    // A chain of ANDs leans to the left and may be long.
    List<SqlNode> last = new ArrayList<>();
    while (rest.getKind() == SqlKind.AND && rest instanceof SqlCall and) {
      last.add(and.operand(1));
      rest = and.operand(0);
    }
    last.add(rest);
    for (int i = last.size() - 1; i >= 0; i--) {
      SqlNode part = last.get(i);
      if (part.getKind() == SqlKind.AND) {
        if (!collect(part, table, parts)) {
          return false;
        }
        continue;
      }
      ColumnEquals equals = of(part, table);
      if (equals == null) {
        return false;
      }
      parts.add(equals);
    }
    return true;
  }

  private static @Nullable ColumnEquals of(SqlNode node, String table) {
    if (node.getKind() != SqlKind.EQUALS || !(node instanceof SqlCall call)) {
      return null;
    }
    ColumnEquals equals = of(call.operand(0), call.operand(1), table);
    return equals == null ? of(call.operand(1), call.operand(0), table) : equals;
  }

  private static @Nullable ColumnEquals of(SqlNode left, SqlNode right, String table) {
    if (!(left instanceof SqlIdentifier name)
        || name.isStar()
        || name.names.size() > 2
        || (name.names.size() == 2 && !name.names.get(0).equalsIgnoreCase(table))) {
      return null;
    }
    Value value =
        right instanceof SqlDynamicParam parameter
            ? new Value.Parameter(parameter.getIndex())
            : Constants.literal(right);
    return value == null ? null : new ColumnEquals(name.names.get(name.names.size() - 1), value);
  }
}
