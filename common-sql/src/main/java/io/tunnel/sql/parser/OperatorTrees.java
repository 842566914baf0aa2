package io.tunnel.sql.parser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.SqlParserUtil;
import org.apache.calcite.sql.parser.SqlParserUtil.ToTreeListItem;

/**
 * Makes a tree of the operands and operators that the grammar has read one after the other.
 *
 * <p>Calcite looks through the whole list for every operator in it. So a long list is first cut at
 * OR, then at AND, and what lies between them is done in one pass when it has binary operators
 * only. Chains of AND, OR and {@code ||}, in which it does not matter what is done first, become
 * trees that are as deep as the logarithm of their length; all others lean to the left.
 */
final class OperatorTrees {
  /** Up to this length Calcite is fast enough, and the tree is always its own. */
  private static final int SHORT = 64;

  /**
   * How many operands and operators of other kinds may stand between AND and OR. A tree of more is
   * deeper than anything that comes after could bear, so no time is spent on it.
   */
  private static final int MOST_MIXED = 10_000;

  private OperatorTrees() {}

  static SqlNode toTree(List<Object> list) {
    return list.size() <= SHORT || bindsWeakerThanOr(list)
        ? SqlParserUtil.toTree(list)
        : parted(list, SqlKind.OR);
  }

  /** UNION and its like, which stand between queries. */
  private static boolean bindsWeakerThanOr(List<Object> list) {
    int or = SqlStdOperatorTable.OR.getLeftPrec();
    return list.stream()
        .anyMatch(
            item -> item instanceof ToTreeListItem each && each.getOperator().getLeftPrec() < or);
  }

  private static SqlNode parted(List<Object> list, SqlKind at) {
    List<SqlNode> parts = new ArrayList<>();
    List<ToTreeListItem> cuts = new ArrayList<>();
    int start = 0;
    int openBetweens = 0;
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof ToTreeListItem item) {
        SqlKind kind = item.getOperator().getKind();
        if (kind == SqlKind.BETWEEN) {
          openBetweens++;
        } else if (kind == SqlKind.AND && openBetweens > 0) {
          openBetweens--;
        } else if (kind == at && openBetweens == 0) {
          parts.add(part(list.subList(start, i), at));
          cuts.add(item);
          start = i + 1;
        }
      }
    }
    parts.add(part(list.subList(start, list.size()), at));
    return balanced(parts, cuts, 0, parts.size());
  }

  private static SqlNode part(List<Object> list, SqlKind cutAt) {
    if (list.size() <= SHORT) {
      return SqlParserUtil.toTree(new ArrayList<>(list));
    }
    if (cutAt == SqlKind.OR) {
      return parted(list, SqlKind.AND);
    }
    if (isPlain(list)) {
      return plain(list);
    }
    if (list.size() > MOST_MIXED) {
      throw tooDeep(list);
    }
    return SqlParserUtil.toTree(new ArrayList<>(list));
  }

  private static LexerException tooDeep(List<Object> list) {
    for (Object item : list) {
      if (item instanceof ToTreeListItem operator) {
        SqlParserPos position = operator.getPos();
        return new LexerException(
            position.getLineNum(), position.getColumnNum(), "the statement is nested too deeply");
      }
    }
    throw new IllegalArgumentException("A list of operands without an operator");
  }

  /** Whether operands and binary operators follow each other. */
  private static boolean isPlain(List<Object> list) {
    for (int i = 0; i < list.size(); i++) {
      boolean fits =
          i % 2 == 0
              ? list.get(i) instanceof SqlNode
              : list.get(i) instanceof ToTreeListItem item
                  && item.getOperator() instanceof SqlBinaryOperator;
      if (!fits) {
        return false;
      }
    }
    return list.size() % 2 == 1;
  }

  private static SqlNode plain(List<Object> list) {
    if (onlyJoins(list)) {
      List<SqlNode> parts = new ArrayList<>();
      List<ToTreeListItem> cuts = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        if (i % 2 == 0) {
          parts.add((SqlNode) list.get(i));
        } else {
          cuts.add((ToTreeListItem) list.get(i));
        }
      }
      return balanced(parts, cuts, 0, parts.size());
    }
    Deque<SqlNode> operands = new ArrayDeque<>();
    Deque<ToTreeListItem> waiting = new ArrayDeque<>();
    operands.push((SqlNode) list.get(0));
    for (int i = 1; i < list.size(); i += 2) {
      ToTreeListItem item = (ToTreeListItem) list.get(i);
      while (!waiting.isEmpty() && bindsFirst(waiting.element(), item)) {
        apply(waiting.pop(), operands);
      }
      waiting.push(item);
      operands.push((SqlNode) list.get(i + 1));
    }
    while (!waiting.isEmpty()) {
      apply(waiting.pop(), operands);
    }
    return operands.pop();
  }

  private static boolean onlyJoins(List<Object> list) {
    for (int i = 1; i < list.size(); i += 2) {
      if (((ToTreeListItem) list.get(i)).getOperator() != MaxComputeOperators.CONCAT) {
        return false;
      }
    }
    return true;
  }

  private static boolean bindsFirst(ToTreeListItem left, ToTreeListItem right) {
    return left.getOperator().getRightPrec() > right.getOperator().getLeftPrec();
  }

  private static void apply(ToTreeListItem item, Deque<SqlNode> operands) {
    SqlNode right = operands.pop();
    SqlNode left = operands.pop();
    operands.push(call(item, left, right));
  }

  private static SqlNode call(ToTreeListItem item, SqlNode left, SqlNode right) {
    SqlOperator operator = item.getOperator();
    SqlParserPos position = SqlParserPos.sum(List.of(left, right));
    return operator.createCall(position, left, right);
  }

  /** The parts from one place to another, with the operators between them. */
  private static SqlNode balanced(
      List<SqlNode> parts, List<ToTreeListItem> operators, int from, int to) {
    if (to - from == 1) {
      return parts.get(from);
    }
    int middle = (from + to + 1) / 2;
    return call(
        operators.get(middle - 1),
        balanced(parts, operators, from, middle),
        balanced(parts, operators, middle, to));
  }
}
