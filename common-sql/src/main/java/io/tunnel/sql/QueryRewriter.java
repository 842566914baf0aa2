package io.tunnel.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Rewrites the clauses of a query: where tables stand, how columns without a name are called, how
 * NULLs are sorted. Expressions are left to {@link ExpressionRewriter}. Used for one statement.
 */
final class QueryRewriter {
  /** The number of the operand of a SELECT that holds its named windows. */
  private static final int WINDOWS = 6;

  private final TableResolver resolver;
  private final ExpressionRewriter expressions = new ExpressionRewriter(this);

  /** The names that WITH clauses around the current place define. */
  private final Deque<Set<String>> commonTables = new ArrayDeque<>();

  QueryRewriter(TableResolver resolver) {
    this.resolver = resolver;
  }

  SqlNode expression(SqlNode node) {
    return expressions.rewrite(node);
  }

  /** Rewrites a query of any kind. */
  SqlNode query(SqlNode node) {
    if (node instanceof SqlSelect select) {
      return select(select);
    }
    if (node instanceof SqlOrderBy orderBy) {
      return new SqlOrderBy(
          orderBy.getParserPosition(),
          query(orderBy.query),
          orderItems(orderBy.orderList),
          orderBy.offset == null ? null : expression(orderBy.offset),
          orderBy.fetch == null ? null : expression(orderBy.fetch));
    }
    if (node instanceof SqlWith with) {
      return with(with);
    }
    return switch (node.getKind()) {
      case UNION, INTERSECT, EXCEPT -> {
        SqlCall call = (SqlCall) node;
        List<SqlNode> branches = new ArrayList<>();
        call.getOperandList().forEach(branch -> branches.add(query(branch)));
        yield call.getOperator().createCall(call.getParserPosition(), branches);
      }
      case VALUES -> {
        SqlCall call = (SqlCall) node;
        List<SqlNode> rows = new ArrayList<>();
        call.getOperandList().forEach(row -> rows.add(expression(row)));
        yield call.getOperator().createCall(call.getParserPosition(), rows);
      }
      default ->
          throw TranslationFailure.unsupported(
              node, "a query of the kind " + node.getKind() + " is not supported");
    };
  }

  private SqlNode with(SqlWith with) {
    Set<String> names = new HashSet<>();
    commonTables.push(names);
    try {
      List<SqlNode> items = new ArrayList<>();
      for (SqlNode node : with.withList) {
        SqlWithItem item = (SqlWithItem) node;
        if (item.recursive.booleanValue()) {
          names.add(item.name.getSimple());
        }
        SqlNode definition = query(item.query);
        names.add(item.name.getSimple());
        items.add(
            new SqlWithItem(
                item.getParserPosition(), item.name, item.columnList, definition, item.recursive));
      }
      return new SqlWith(
          with.getParserPosition(),
          new SqlNodeList(items, with.withList.getParserPosition()),
          query(with.body));
    } finally {
      commonTables.pop();
    }
  }

  private SqlNode select(SqlSelect select) {
    SqlSelect copy = (SqlSelect) select.clone(select.getParserPosition());
    if (select.getFrom() != null) {
      copy.setFrom(from(select.getFrom()));
    }
    copy.setSelectList(selectItems(select.getSelectList()));
    if (select.getWhere() != null) {
      copy.setWhere(expression(select.getWhere()));
    }
    if (select.getGroup() != null) {
      copy.setGroupBy(expressions.list(select.getGroup()));
    }
    if (select.getHaving() != null) {
      copy.setHaving(expression(select.getHaving()));
    }
    if (select.getQualify() != null) {
      copy.setQualify(expression(select.getQualify()));
    }
    copy.setOperand(WINDOWS, expressions.list(select.getWindowList()));
    return copy;
  }

  /** A column that is neither a name nor has one is called _c and its number, from 0. */
  private SqlNodeList selectItems(SqlNodeList items) {
    List<SqlNode> rewritten = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      SqlNode item = items.get(i);
      if (item.getKind() == SqlKind.AS) {
        SqlCall as = (SqlCall) item;
        rewritten.add(named(expression(as.operand(0)), as.operand(1)));
      } else if (item instanceof SqlIdentifier) {
        rewritten.add(expression(item));
      } else {
        rewritten.add(named(expression(item), new SqlIdentifier("_c" + i, SqlParserPos.ZERO)));
      }
    }
    return new SqlNodeList(rewritten, items.getParserPosition());
  }

  private static SqlNode named(SqlNode node, SqlNode name) {
    return SqlStdOperatorTable.AS.createCall(SqlParserPos.ZERO, node, name);
  }

  private SqlNode from(SqlNode node) {
    if (node instanceof SqlIdentifier table) {
      return named(table(table), lastName(table));
    }
    if (node instanceof SqlJoin join) {
      SqlNode condition = join.getCondition();
      return new SqlJoin(
          join.getParserPosition(),
          from(join.getLeft()),
          org.apache.calcite.sql.SqlLiteral.createBoolean(join.isNatural(), SqlParserPos.ZERO),
          join.getJoinType().symbol(SqlParserPos.ZERO),
          from(join.getRight()),
          join.getConditionType().symbol(SqlParserPos.ZERO),
          condition == null || condition instanceof SqlNodeList
              ? condition
              : expression(condition));
    }
    if (node.getKind() == SqlKind.AS) {
      SqlCall as = (SqlCall) node;
      List<SqlNode> operands = new ArrayList<>(as.getOperandList());
      SqlNode source = as.operand(0);
      operands.set(0, source instanceof SqlIdentifier table ? table(table) : query(source));
      return as.getOperator().createCall(as.getParserPosition(), operands);
    }
    return query(node);
  }

  private static SqlIdentifier lastName(SqlIdentifier table) {
    return new SqlIdentifier(table.names.get(table.names.size() - 1), table.getParserPosition());
  }

  private SqlNode table(SqlIdentifier identifier) {
    if (identifier.isSimple()
        && commonTables.stream().anyMatch(names -> names.contains(identifier.getSimple()))) {
      return identifier;
    }
    SqlParserPos position = identifier.getParserPosition();
    if (identifier.names.size() > 3) {
      throw TranslationFailure.unsupported(
          identifier, "table name " + identifier + " has more than three parts");
    }
    ObjectName name = new ObjectName(identifier.names);
    ResolvedTable table = resolver.resolve(name);
    if (table == null) {
      throw new TranslationFailure(
          new TableNotFoundException(position.getLineNum(), position.getColumnNum(), name));
    }
    return DuckDbNodes.raw(table.duckDbName());
  }

  /** MaxCompute takes NULL for the smallest value. */
  SqlNodeList orderItems(SqlNodeList items) {
    if (items.isEmpty()) {
      return items; // SqlOrderBy tells "no ORDER BY" by the identity of the list
    }
    List<SqlNode> rewritten = new ArrayList<>();
    for (SqlNode item : items) {
      rewritten.add(
          switch (item.getKind()) {
            case NULLS_FIRST, NULLS_LAST -> {
              SqlCall call = (SqlCall) item;
              yield call.getOperator()
                  .createCall(call.getParserPosition(), direction(call.operand(0)));
            }
            case DESCENDING ->
                SqlStdOperatorTable.NULLS_LAST.createCall(SqlParserPos.ZERO, direction(item));
            default ->
                SqlStdOperatorTable.NULLS_FIRST.createCall(SqlParserPos.ZERO, direction(item));
          });
    }
    return new SqlNodeList(rewritten, items.getParserPosition());
  }

  private SqlNode direction(SqlNode item) {
    return item.getKind() == SqlKind.DESCENDING
        ? SqlStdOperatorTable.DESC.createCall(
            item.getParserPosition(), expression(((SqlCall) item).operand(0)))
        : expression(item);
  }
}
