package io.tunnel.sql;

import io.tunnel.sql.parser.ClauseForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** Rewrites the list behind SELECT: the names of columns, stars, and functions that give rows. */
final class SelectItems {
  private final ExpressionRewriter expressions;

  SelectItems(ExpressionRewriter expressions) {
    this.expressions = expressions;
  }

  /** A column that is neither a name nor has one is called _c and its number, from 0. */
  SqlNodeList rewrite(SqlNodeList items) {
    List<SqlNode> rewritten = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      SqlNode item = items.get(i);
      SqlNode value = item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(0) : item;
      List<String> names =
          item.getKind() == SqlKind.AS ? names(((SqlCall) item).operand(1)) : List.of();
      if (TableFunctions.isCall(value)) {
        if (items.size() > 1) {
          throw TranslationFailure.unsupported(
              value,
              "function "
                  + ((SqlCall) value).getOperator().getName().toLowerCase(Locale.ROOT)
                  + " must be the only column of its SELECT; use LATERAL VIEW beside others");
        }
        rewritten.addAll(tableFunction((SqlCall) value, names));
      } else if (names.size() > 1) {
        throw TranslationFailure.unsupported(
            value, "several names for one column need a function that gives several columns");
      } else if (names.size() == 1) {
        rewritten.add(QueryRewriter.named(expressions.rewrite(value), names.get(0)));
      } else if (item instanceof SqlIdentifier) {
        rewritten.add(expressions.rewrite(item));
      } else if (isStar(item, ClauseForms.EXCEPT) || isStar(item, ClauseForms.REPLACE)) {
        rewritten.add(star((SqlCall) item));
      } else {
        rewritten.add(QueryRewriter.named(expressions.rewrite(item), "_c" + i));
      }
    }
    return new SqlNodeList(rewritten, items.getParserPosition());
  }

  private static List<String> names(SqlNode alias) {
    return List.of(ClauseForms.names(((SqlIdentifier) alias).getSimple()));
  }

  private List<SqlNode> tableFunction(SqlCall call, List<String> names) {
    TableFunctions.Items items =
        TableFunctions.items(call, expressions.operands(call), names.isEmpty() ? null : names);
    List<SqlNode> rewritten = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      SqlNode item = items.items().get(i);
      rewritten.add(
          items.names().isEmpty() ? item : QueryRewriter.named(item, items.names().get(i)));
    }
    return rewritten;
  }

  private static boolean isStar(SqlNode item, String function) {
    if (!(item instanceof SqlCall call)) {
      return false;
    }
    List<String> names = call.getOperator().getNameAsId().names;
    return names.get(names.size() - 1).equals(function);
  }

  /** {@code * EXCEPT (…)} and {@code * REPLACE (…)}. */
  private SqlNode star(SqlCall call) {
    boolean excludes = isStar(call, ClauseForms.EXCEPT);
    StringBuilder pattern = new StringBuilder();
    List<String> qualifier = call.getOperator().getNameAsId().names;
    for (String part : qualifier.subList(0, qualifier.size() - 1)) {
      pattern.append(DuckDbDialect.quoted(part)).append('.');
    }
    pattern.append("* ").append(excludes ? "EXCLUDE (" : "REPLACE (");
    List<SqlNode> holes = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      String name = DuckDbNodes.stringValue(operand);
      if (!excludes && name != null && holes.size() % 2 == 1) {
        pattern.append(" AS ").append(DuckDbDialect.quoted(name));
      } else {
        pattern.append(holes.isEmpty() ? "{" : ", {").append(holes.size()).append('}');
      }
      holes.add(expressions.rewrite(operand));
    }
    return DuckDbNodes.template(pattern.append(')').toString(), holes.toArray(new SqlNode[0]));
  }
}
