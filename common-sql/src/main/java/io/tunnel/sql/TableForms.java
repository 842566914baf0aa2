package io.tunnel.sql;

import io.tunnel.sql.parser.TableSample;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlPivot;
import org.apache.calcite.sql.SqlSampleSpec;
import org.apache.calcite.sql.SqlUnpivot;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** What may be added to a table in a FROM clause: TABLESAMPLE, PIVOT and UNPIVOT. */
final class TableForms {
  /** The forms whose first operand is what a FROM clause may name. */
  static final Set<SqlKind> AROUND_A_TABLE =
      EnumSet.of(SqlKind.AS, SqlKind.TABLESAMPLE, SqlKind.PIVOT, SqlKind.UNPIVOT);

  private final QueryRewriter queries;

  TableForms(QueryRewriter queries) {
    this.queries = queries;
  }

  SqlNode sample(SqlCall call) {
    SqlNode table = queries.from(call.operand(0));
    SqlSampleSpec.SqlSubstitutionSampleSpec spec =
        (SqlSampleSpec.SqlSubstitutionSampleSpec) SqlLiteral.sampleValue(call.operand(1));
    TableSample sample = TableSample.of(spec.getName());
    if (sample instanceof TableSample.Percent percent) {
      return DuckDbNodes.suffixed(
          table, "TABLESAMPLE bernoulli(" + percent.percent().toPlainString() + "%)");
    }
    if (sample instanceof TableSample.Rows rows) {
      return DuckDbNodes.suffixed(table, "TABLESAMPLE reservoir(" + rows.count() + " ROWS)");
    }
    return bucket(call.operand(0), table, (TableSample.Bucket) sample);
  }

  private static SqlNode bucket(SqlNode original, SqlNode table, TableSample.Bucket bucket) {
    StringJoiner columns = new StringJoiner(", ", "hash(", ")");
    bucket.columns().forEach(column -> columns.add(DuckDbDialect.quoted(column)));
    String number =
        bucket.columns().isEmpty()
            ? "CAST(floor(random() * " + bucket.buckets() + ") AS BIGINT)"
            : columns + " % " + bucket.buckets();
    SqlNode named = original.getKind() == SqlKind.AS ? ((SqlCall) original).operand(1) : original;
    List<String> names = ((SqlIdentifier) named).names;
    return DuckDbNodes.suffixed(
        DuckDbNodes.prefixed("(SELECT * FROM", table),
        "WHERE "
            + number
            + " = "
            + (bucket.number() - 1)
            + ") AS "
            + DuckDbDialect.quoted(names.get(names.size() - 1)));
  }

  /**
   * One column for each aggregate and value; the rows are grouped by all columns of the table that
   * the clause does not name.
   */
  SqlNode pivot(SqlPivot pivot) {
    Set<String> named = new LinkedHashSet<>();
    collectNames(pivot.aggList, named);
    collectNames(pivot.axisList, named);
    List<SqlNode> items = new ArrayList<>();
    for (SqlNode aggregate : pivot.aggList) {
      for (SqlNode value : pivot.inList) {
        items.add(pivoted(pivot, aggregate, value));
      }
    }
    return selected(queries.from(pivot.query), named, items, " GROUP BY ALL)");
  }

  private SqlNode pivoted(SqlPivot pivot, SqlNode aggregate, SqlNode value) {
    SqlNode function = withoutAlias(aggregate);
    SqlNodeList tuple = (SqlNodeList) withoutAlias(value);
    if (!(function instanceof SqlCall call) || tuple.size() != pivot.axisList.size()) {
      throw TranslationFailure.unsupported(
          value, "PIVOT needs " + pivot.axisList.size() + " values for each new column");
    }
    SqlNode condition = null;
    for (int i = 0; i < tuple.size(); i++) {
      SqlNode equal =
          SqlStdOperatorTable.EQUALS.createCall(
              SqlParserPos.ZERO, pivot.axisList.get(i), tuple.get(i));
      condition =
          condition == null
              ? equal
              : SqlStdOperatorTable.AND.createCall(SqlParserPos.ZERO, condition, equal);
    }
    String name = value.getKind() == SqlKind.AS ? alias(value) : valueName(tuple);
    return QueryRewriter.named(
        queries.expression(only(call, condition)),
        name + (aggregate.getKind() == SqlKind.AS ? "_" + alias(aggregate) : ""));
  }

  /** The aggregate of those rows for which a condition is true. */
  private static SqlNode only(SqlCall aggregate, @Nullable SqlNode condition) {
    List<SqlNode> arguments = new ArrayList<>(aggregate.getOperandList());
    boolean hasColumns = arguments.stream().anyMatch(argument -> !isConstant(argument));
    for (int i = 0; i < arguments.size(); i++) {
      if (!hasColumns ? i == 0 : !isConstant(arguments.get(i))) {
        arguments.set(
            i,
            new SqlCase(
                SqlParserPos.ZERO,
                null,
                new SqlNodeList(List.of(condition), SqlParserPos.ZERO),
                new SqlNodeList(List.of(counted(arguments.get(i))), SqlParserPos.ZERO),
                SqlLiteral.createNull(SqlParserPos.ZERO)));
      }
    }
    return aggregate
        .getOperator()
        .createCall(aggregate.getFunctionQuantifier(), aggregate.getParserPosition(), arguments);
  }

  private static boolean isConstant(SqlNode argument) {
    return argument instanceof SqlLiteral || isStar(argument);
  }

  private static boolean isStar(SqlNode argument) {
    return argument instanceof SqlIdentifier name && name.isStar();
  }

  private static SqlNode counted(SqlNode argument) {
    return isStar(argument) ? SqlLiteral.createExactNumeric("1", SqlParserPos.ZERO) : argument;
  }

  private static String valueName(SqlNodeList tuple) {
    StringJoiner name = new StringJoiner("_");
    for (SqlNode value : tuple) {
      String text = DuckDbNodes.stringValue(value);
      if (text == null && !(value instanceof SqlLiteral)) {
        throw TranslationFailure.unsupported(
            value, "a value of PIVOT that is no constant needs a name: add AS and a name");
      }
      name.add(text == null ? String.valueOf(((SqlLiteral) value).toValue()) : "'" + text + "'");
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** One row for each of the columns that the clause names; NULLs are left out unless included. */
  SqlNode unpivot(SqlUnpivot unpivot) {
    List<List<SqlNode>> measures = lists(unpivot.measureList.size());
    List<List<SqlNode>> axes = lists(unpivot.axisList.size());
    Set<String> named = new LinkedHashSet<>();
    for (SqlNode item : unpivot.inList) {
      SqlNodeList columns = (SqlNodeList) withoutAlias(item);
      collectNames(columns, named);
      if (columns.size() != measures.size()) {
        throw TranslationFailure.unsupported(
            item, "UNPIVOT needs " + measures.size() + " columns for each new row");
      }
      for (int i = 0; i < columns.size(); i++) {
        measures.get(i).add(columns.get(i));
      }
      SqlNodeList labels =
          item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(1) : columnNames(columns);
      for (int i = 0; i < axes.size(); i++) {
        if (labels.size() != axes.size()) {
          throw TranslationFailure.unsupported(
              item, "UNPIVOT needs " + axes.size() + " values for each new row");
        }
        axes.get(i).add(label(labels.get(i)));
      }
    }
    List<SqlNode> items = new ArrayList<>();
    addUnnested(items, axes, unpivot.axisList);
    addUnnested(items, measures, unpivot.measureList);
    SqlNode rows = selected(queries.from(unpivot.query), named, items, ")");
    if (unpivot.includeNulls) {
      return rows;
    }
    StringJoiner present = new StringJoiner(" OR ", "WHERE ", ")");
    for (SqlNode measure : unpivot.measureList) {
      present.add(DuckDbDialect.quoted(((SqlIdentifier) measure).getSimple()) + " IS NOT NULL");
    }
    return DuckDbNodes.suffixed(DuckDbNodes.prefixed("(SELECT * FROM", rows), present.toString());
  }

  private static List<List<SqlNode>> lists(int count) {
    List<List<SqlNode>> lists = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private static SqlNodeList columnNames(SqlNodeList columns) {
    StringJoiner names = new StringJoiner("_");
    columns.forEach(column -> names.add(((SqlIdentifier) column).getSimple()));
    return new SqlNodeList(List.of(DuckDbNodes.string(names.toString())), SqlParserPos.ZERO);
  }

  private static SqlNode label(SqlNode label) {
    return label instanceof SqlIdentifier name && name.isSimple()
        ? DuckDbNodes.string(name.getSimple())
        : label;
  }

  private void addUnnested(List<SqlNode> items, List<List<SqlNode>> values, SqlNodeList names) {
    for (int i = 0; i < values.size(); i++) {
      List<SqlNode> rewritten = values.get(i).stream().map(queries::expression).toList();
      items.add(
          QueryRewriter.named(
              DuckDbNodes.template("unnest({0})", DuckDbNodes.call("list_value", null, rewritten)),
              ((SqlIdentifier) names.get(i)).getSimple()));
    }
  }

  /** {@code (SELECT * EXCLUDE (…), items FROM table} and what comes behind. */
  private static SqlNode selected(
      SqlNode table, Set<String> excluded, List<SqlNode> items, String end) {
    StringJoiner names = new StringJoiner(", ", "(SELECT * EXCLUDE (", "), ");
    excluded.forEach(name -> names.add(DuckDbDialect.quoted(name)));
    return DuckDbNodes.suffixed(
        DuckDbNodes.prefixed(
            names.toString(),
            DuckDbNodes.sequence(new SqlNodeList(items, SqlParserPos.ZERO), " FROM ", table)),
        end);
  }

  private static SqlNode withoutAlias(SqlNode node) {
    return node.getKind() == SqlKind.AS ? ((SqlCall) node).operand(0) : node;
  }

  private static String alias(SqlNode node) {
    return ((SqlIdentifier) ((SqlCall) node).operand(1)).getSimple();
  }

  private static void collectNames(SqlNode node, Set<String> names) {
    node.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlIdentifier name) {
            if (!name.isStar()) {
              names.add(name.names.get(name.names.size() - 1));
            }
            return null;
          }

          @Override
          public @Nullable Void visit(SqlCall call) {
            return call.getKind() == SqlKind.AS ? call.operand(0).accept(this) : super.visit(call);
          }
        });
  }
}
