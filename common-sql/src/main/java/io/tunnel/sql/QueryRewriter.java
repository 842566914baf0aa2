package io.tunnel.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlPivot;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnpivot;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the clauses of a query: where tables stand, how columns without a name are called, how
 * NULLs are sorted. Expressions are left to {@link ExpressionRewriter}. Used for one statement.
 */
final class QueryRewriter {
  /** The number of the operand of a SELECT that holds its named windows. */
  private static final int WINDOWS = 6;

  /** The function that gives the largest partition of a table. */
  static final String MAX_PARTITION = "max_pt";

  private final TableResolver resolver;
  private final SqlEnvironment environment;
  private final boolean exact;
  private final boolean joinsLists;
  private final ExpressionRewriter expressions = new ExpressionRewriter(this);
  private final LongLists lists = new LongLists(expressions);
  private final SelectItems selectItems = new SelectItems(expressions);
  private final TableForms tables = new TableForms(this);

  /** The names that WITH clauses around the current place define. */
  private final Deque<Set<String>> commonTables = new ArrayDeque<>();

  /** How many expressions are around the current place. */
  private int depth;

  /**
   * A rewriter for one statement.
   *
   * @param exact whether products of decimals have to be exact where DuckDB's have too many digits
   * @param joinsLists whether long lists of constants become tables
   */
  QueryRewriter(
      TableResolver resolver, SqlEnvironment environment, boolean exact, boolean joinsLists) {
    this.resolver = resolver;
    this.environment = environment;
    this.exact = exact;
    this.joinsLists = joinsLists;
  }

  SqlEnvironment environment() {
    return environment;
  }

  boolean isExact() {
    return exact;
  }

  SqlNode expression(SqlNode node) {
    return expressions.rewrite(node);
  }

  /** Rewrites a query that stands in an expression. */
  SqlNode subquery(SqlNode node) {
    depth++;
    try {
      return query(node);
    } finally {
      depth--;
    }
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
    if (!environment.allowsFullScan()) {
      new PartitionFilter(this).require(select);
    }
    if (select.getFrom() != null) {
      copy.setFrom(from(select.getFrom()));
    }
    copy.setSelectList(selectItems.rewrite(select.getSelectList()));
    if (select.getWhere() != null) {
      // In a subquery a column may be one of the query around it, and a join a slow one.
      copy.setWhere(
          joinsLists && depth == 0
              ? lists.where(select.getWhere())
              : expression(select.getWhere()));
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

  static SqlNode named(SqlNode node, String name) {
    return SqlStdOperatorTable.AS.createCall(
        SqlParserPos.ZERO, node, new SqlIdentifier(name, SqlParserPos.ZERO));
  }

  /** Rewrites what may stand in a FROM clause. */
  SqlNode from(SqlNode node) {
    if (node instanceof SqlIdentifier table) {
      return named(table(table), table.names.get(table.names.size() - 1));
    }
    if (node instanceof SqlJoin join) {
      return join(join);
    }
    if (node.getKind() == SqlKind.COLLECTION_TABLE) {
      return lateral(((SqlCall) node).operand(0), "tunnel_rows", null);
    }
    if (node.getKind() == SqlKind.AS) {
      SqlCall as = (SqlCall) node;
      List<SqlNode> operands = new ArrayList<>(as.getOperandList());
      SqlNode source = as.operand(0);
      if (source.getKind() == SqlKind.COLLECTION_TABLE) {
        List<String> names = new ArrayList<>();
        operands
            .subList(2, operands.size())
            .forEach(n -> names.add(((SqlIdentifier) n).getSimple()));
        return lateral(
            ((SqlCall) source).operand(0),
            ((SqlIdentifier) as.operand(1)).getSimple(),
            names.isEmpty() ? null : names);
      }
      operands.set(
          0,
          source instanceof SqlIdentifier table
              ? table(table)
              : isReshaped(source) ? from(source) : query(source));
      return as.getOperator().createCall(as.getParserPosition(), operands);
    }
    return switch (node.getKind()) {
      case TABLESAMPLE -> tables.sample((SqlCall) node);
      case PIVOT -> tables.pivot((SqlPivot) node);
      case UNPIVOT -> tables.unpivot((SqlUnpivot) node);
      default -> query(node);
    };
  }

  private static boolean isReshaped(SqlNode node) {
    return node.getKind() == SqlKind.PIVOT || node.getKind() == SqlKind.UNPIVOT;
  }

  private SqlNode join(SqlJoin join) {
    SqlNode condition = join.getCondition();
    SqlLiteral conditionType = join.getConditionType().symbol(SqlParserPos.ZERO);
    if (condition == null && join.getJoinType() == JoinType.LEFT) {
      // LATERAL VIEW OUTER
      condition = SqlLiteral.createBoolean(true, SqlParserPos.ZERO);
      conditionType = JoinConditionType.ON.symbol(SqlParserPos.ZERO);
    }
    return new SqlJoin(
        join.getParserPosition(),
        from(join.getLeft()),
        SqlLiteral.createBoolean(join.isNatural(), SqlParserPos.ZERO),
        join.getJoinType().symbol(SqlParserPos.ZERO),
        from(join.getRight()),
        conditionType,
        condition == null || condition instanceof SqlNodeList ? condition : expression(condition));
  }

  /** What a LATERAL VIEW stands for. */
  private SqlNode lateral(SqlNode node, String alias, @Nullable List<String> names) {
    if (!TableFunctions.isCall(node)) {
      String function = node instanceof SqlCall call ? call.getOperator().getName() : "?";
      throw TranslationFailure.unsupported(
          node,
          "table function "
              + function.toLowerCase(Locale.ROOT)
              + " is not supported by this server");
    }
    SqlCall call = (SqlCall) node;
    TableFunctions.Items items = TableFunctions.items(call, expressions.operands(call), names);
    StringBuilder pattern = new StringBuilder("LATERAL (SELECT ");
    for (int i = 0; i < items.items().size(); i++) {
      pattern.append(i == 0 ? "{" : ", {").append(i).append('}');
    }
    pattern.append(") AS ").append(DuckDbDialect.quoted(alias));
    for (int i = 0; i < items.names().size(); i++) {
      pattern.append(i == 0 ? "(" : ", ").append(DuckDbDialect.quoted(items.names().get(i)));
    }
    return DuckDbNodes.template(
        pattern.append(items.names().isEmpty() ? "" : ")").toString(),
        items.items().toArray(new SqlNode[0]));
  }

  private SqlNode table(SqlIdentifier identifier) {
    return isCommonTable(identifier)
        ? identifier
        : DuckDbNodes.raw(resolved(identifier).duckDbName());
  }

  boolean isCommonTable(SqlIdentifier identifier) {
    return identifier.isSimple()
        && commonTables.stream().anyMatch(names -> names.contains(identifier.getSimple()));
  }

  ResolvedTable resolved(SqlIdentifier identifier) {
    if (identifier.names.size() > 3) {
      throw TranslationFailure.unsupported(
          identifier, "table name " + identifier + " has more than three parts");
    }
    return resolved(new ObjectName(identifier.names), identifier.getParserPosition());
  }

  private ResolvedTable resolved(ObjectName name, SqlParserPos position) {
    try {
      ResolvedTable table = resolver.resolve(name);
      if (table != null) {
        return table;
      }
    } catch (SqlTranslationException e) {
      throw new TranslationFailure(e);
    }
    throw new TranslationFailure(
        new TableNotFoundException(position.getLineNum(), position.getColumnNum(), name));
  }

  /** MAX_PT('table'): the largest value of the first partition column that has rows. */
  SqlNode maxPartition(SqlCall call) {
    String text = call.operandCount() == 1 ? DuckDbNodes.stringValue(call.operand(0)) : null;
    List<String> parts =
        text == null ? List.of() : List.of(text.toLowerCase(Locale.ROOT).split("\\.", -1));
    if (parts.isEmpty() || parts.size() > 3 || parts.contains("")) {
      throw TranslationFailure.unsupported(
          call, "function max_pt takes the name of a table as a constant string");
    }
    ResolvedTable table = resolved(new ObjectName(parts), call.getParserPosition());
    if (table.partitionColumns().isEmpty()) {
      throw TranslationFailure.unsupported(call, "table " + text + " is not partitioned");
    }
    return DuckDbNodes.raw(
        "(SELECT max("
            + DuckDbDialect.quoted(table.partitionColumns().get(0))
            + ") FROM "
            + table.duckDbName()
            + ")");
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
