package io.tunnel.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Conditions with long lists of constants as joins: {@code a IN (1, 2, …)} becomes {@code a IN
 * (SELECT unnest(…))} of a {@link ConstantList}, and alternatives such as {@code a = 1 AND b IN (2,
 * 3) OR a = 2 AND b IN (4, 5) OR …} become {@code (a, b) IN (SELECT unnest(…), unnest(…))}. DuckDB
 * prepares them in a fraction of the time, and looks a row up where it would try one alternative
 * after the other.
 *
 * <p>Constants of lists that are written out DuckDB converts to the type of what they are compared
 * with; values of a table it does not, but refuses the statement.
 */
final class LongLists {
  /** Shorter lists stay as they are. */
  private static final int SHORTEST = 64;

  private final ExpressionRewriter expressions;

  LongLists(ExpressionRewriter expressions) {
    this.expressions = expressions;
  }

  /** Rewrites the condition of a WHERE clause. */
  SqlNode where(SqlNode condition) {
    return condition(condition, true);
  }

  /**
   * Rewrites a condition.
   *
   * @param nullIsFalse whether it does not matter which of both the condition gives
   */
  private SqlNode condition(SqlNode node, boolean nullIsFalse) {
    SqlNode table =
        switch (node.getKind()) {
          case IN, NOT_IN -> list((SqlCall) node);
          case OR -> nullIsFalse ? alternatives((SqlCall) node) : null;
          default -> null;
        };
    if (table != null) {
      return table;
    }
    return switch (node.getKind()) {
      case AND, OR -> parts((SqlCall) node, nullIsFalse);
      case NOT -> parts((SqlCall) node, false);
      default -> expressions.rewrite(node);
    };
  }

  private SqlNode parts(SqlCall call, boolean nullIsFalse) {
    List<SqlNode> rewritten = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      // The alternatives of one OR have been tried together.
      rewritten.add(
          call.getKind() == SqlKind.OR && operand.getKind() == SqlKind.OR
              ? parts((SqlCall) operand, nullIsFalse)
              : condition(operand, nullIsFalse));
    }
    return call.getOperator().createCall(call.getParserPosition(), rewritten);
  }

  private @Nullable SqlNode list(SqlCall call) {
    SqlNode value = call.operand(0);
    if (!(call.operand(1) instanceof SqlNodeList items)
        || items.size() < SHORTEST
        || value.getKind() == SqlKind.ROW
        || value.isA(SqlKind.QUERY)) {
      return null;
    }
    ConstantList constants = new ConstantList();
    boolean hasNull = false;
    for (SqlNode item : items) {
      if (item instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.NULL) {
        hasNull = true;
      } else if (!constants.add(item)) {
        return null;
      }
    }
    SqlNode list = constants.size() < SHORTEST ? null : constants.node();
    if (list == null) {
      return null;
    }
    String pattern = "{0} IN (SELECT unnest({1}))" + (hasNull ? " OR NULL" : "");
    return DuckDbNodes.template(
        call.getKind() == SqlKind.NOT_IN ? "(NOT (" + pattern + "))" : "(" + pattern + ")",
        expressions.rewrite(value),
        list);
  }

  /** Alternatives that all say which constants the same columns are equal to. */
  private @Nullable SqlNode alternatives(SqlCall or) {
    List<SqlNode> alternatives = new ArrayList<>();
    flatten(or, SqlKind.OR, alternatives);
    Map<List<String>, Column> columns = new LinkedHashMap<>();
    int rows = 0;
    for (SqlNode alternative : alternatives) {
      int added = addRows(alternative, columns, rows);
      if (added == 0) {
        return null;
      }
      rows += added;
    }
    return rows < SHORTEST ? null : table(columns.values());
  }

  private @Nullable SqlNode table(Iterable<Column> columns) {
    List<SqlNode> nodes = new ArrayList<>();
    List<SqlNode> lists = new ArrayList<>();
    for (Column column : columns) {
      SqlNode list = column.constants.node();
      if (list == null) {
        return null;
      }
      nodes.add(expressions.rewrite(column.name));
      lists.add(list);
    }
    int count = nodes.size();
    StringBuilder row = new StringBuilder();
    StringBuilder select = new StringBuilder();
    for (int i = 0; i < count; i++) {
      row.append(i == 0 ? "{" : ", {").append(i).append('}');
      select.append(i == 0 ? "unnest({" : ", unnest({").append(count + i).append("})");
    }
    nodes.addAll(lists);
    return DuckDbNodes.template(
        "((" + row + ") IN (SELECT " + select + "))", nodes.toArray(new SqlNode[0]));
  }

  private static void flatten(SqlNode node, SqlKind kind, List<SqlNode> parts) {
    if (node.getKind() == kind) {
      ((SqlCall) node).getOperandList().forEach(part -> flatten(part, kind, parts));
    } else {
      parts.add(node);
    }
  }

  /** A column and the constants that it is compared with. */
  private record Column(SqlIdentifier name, ConstantList constants) {}

  /** A column and the constants that it is compared with in one alternative. */
  private record Equality(SqlIdentifier column, List<SqlNode> constants) {
    static @Nullable Equality of(SqlNode node) {
      if (node.getKind() == SqlKind.EQUALS) {
        SqlNode left = ((SqlCall) node).operand(0);
        SqlNode right = ((SqlCall) node).operand(1);
        return left instanceof SqlIdentifier column
            ? new Equality(column, List.of(right))
            : right instanceof SqlIdentifier column ? new Equality(column, List.of(left)) : null;
      }
      return node.getKind() == SqlKind.IN
              && ((SqlCall) node).operand(0) instanceof SqlIdentifier column
              && ((SqlCall) node).operand(1) instanceof SqlNodeList items
          ? new Equality(column, items.getList())
          : null;
    }
  }

  /**
   * Adds the rows that an alternative stands for.
   *
   * @return how many; 0 if the alternative is another condition
   */
  private static int addRows(SqlNode alternative, Map<List<String>, Column> columns, int before) {
    List<SqlNode> parts = new ArrayList<>();
    flatten(alternative, SqlKind.AND, parts);
    List<Equality> equalities = new ArrayList<>();
    int rows = 1;
    for (SqlNode part : parts) {
      Equality equality = Equality.of(part);
      if (equality == null || (equality.constants.size() != 1 && rows != 1)) {
        return 0;
      }
      rows = Math.max(rows, equality.constants.size());
      equalities.add(equality);
    }
    for (Equality equality : equalities) {
      Column column =
          columns.computeIfAbsent(
              equality.column.names, name -> new Column(equality.column, new ConstantList()));
      // A column that is new, or here for the second time, has another number of constants.
      if (column.constants.size() != before || !addAll(equality.constants, rows, column)) {
        return 0;
      }
    }
    return equalities.size() == columns.size() ? rows : 0;
  }

  private static boolean addAll(List<SqlNode> constants, int rows, Column column) {
    for (int row = 0; row < rows; row++) {
      if (!column.constants.add(constants.get(constants.size() == 1 ? 0 : row))) {
        return false;
      }
    }
    return true;
  }
}
