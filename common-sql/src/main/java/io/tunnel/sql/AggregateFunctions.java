package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelectKeyword;

/** Aggregate and window functions. */
final class AggregateFunctions {
  private AggregateFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.same(1, 1, "sum", "avg", "min", "max", "median", "any_value", "bool_and", "bool_or");
    catalog.rewritten("count", 0, Integer.MAX_VALUE, AggregateFunctions::count);
    catalog.renamed("count_if", 1, 1, "count_if");
    catalog.renamed("stddev", 1, 1, "stddev_pop");
    catalog.same(1, 1, "stddev_pop", "stddev_samp", "var_pop", "var_samp");
    catalog.renamed("variance", 1, 1, "var_pop");
    catalog.same(2, 2, "covar_pop", "covar_samp", "corr");
    catalog.renamed("approx_distinct", 1, 1, "approx_count_distinct");
    catalog.template("arg_max", 2, "arg_max({1}, {0})");
    catalog.template("arg_min", 2, "arg_min({1}, {0})");
    catalog.renamed("max_by", 2, 2, "arg_max");
    catalog.renamed("min_by", 2, 2, "arg_min");
    catalog.template("percentile", 2, "quantile_cont({0}, {1})");
    catalog.rewritten("wm_concat", 2, 2, AggregateFunctions::joined);
    catalog.rewritten(
        "collect_list", 1, 1, (call, arguments) -> collected(isDistinct(call), arguments));
    catalog.rewritten("collect_set", 1, 1, (call, arguments) -> collected(true, arguments));
    catalog.same(1, Integer.MAX_VALUE, "grouping", "grouping_id");
    catalog.same(0, 0, "row_number", "rank", "dense_rank", "percent_rank", "cume_dist");
    catalog.same(1, 1, "ntile");
    catalog.rewritten(
        "first_value", 1, 2, (call, arguments) -> edge("first_value", call, arguments));
    catalog.rewritten("last_value", 1, 2, (call, arguments) -> edge("last_value", call, arguments));
    catalog.same(2, 2, "nth_value");
    catalog.same(1, 3, "lag", "lead");
  }

  /** COUNT of several columns counts the rows in which none is NULL. */
  private static SqlNode count(SqlCall call, List<SqlNode> arguments) {
    SqlLiteral quantifier = call.getFunctionQuantifier();
    if (arguments.size() <= 1) {
      return DuckDbNodes.call("count", quantifier, arguments);
    }
    if (arguments.size() > 10) {
      throw TranslationFailure.unsupported(call, "function count takes at most 10 columns here");
    }
    StringBuilder notNull = new StringBuilder("CASE WHEN ");
    StringBuilder row = new StringBuilder(" THEN row(");
    for (int i = 0; i < arguments.size(); i++) {
      notNull.append(i == 0 ? "{" : " AND {").append(i).append("} IS NOT NULL");
      row.append(i == 0 ? "{" : ", {").append(i).append('}');
    }
    SqlNode present =
        DuckDbNodes.template(
            notNull.append(row).append(") END").toString(), arguments.toArray(new SqlNode[0]));
    return DuckDbNodes.call("count", quantifier, List.of(present));
  }

  private static SqlNode collected(boolean distinct, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "coalesce(list("
            + (distinct ? "DISTINCT " : "")
            + "{0}) FILTER (WHERE {0} IS NOT NULL), [])",
        arguments.get(0));
  }

  /** WM_CONCAT(separator, x). */
  private static SqlNode joined(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "string_agg(" + (isDistinct(call) ? "DISTINCT " : "") + "CAST({1} AS VARCHAR), {0})",
        arguments.toArray(new SqlNode[0]));
  }

  /** FIRST_VALUE(x, TRUE) passes over NULLs. */
  private static SqlNode edge(String function, SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 1) {
      return DuckDbNodes.call(function, arguments.get(0));
    }
    if (!(arguments.get(1) instanceof SqlLiteral literal)
        || !(literal.getValue() instanceof Boolean ignoresNulls)) {
      throw TranslationFailure.unsupported(
          call, "function " + function + " takes TRUE or FALSE as its second argument");
    }
    return DuckDbNodes.call(
        function,
        ignoresNulls
            ? DuckDbNodes.template("{0} IGNORE NULLS", arguments.get(0))
            : arguments.get(0));
  }

  private static boolean isDistinct(SqlCall call) {
    SqlLiteral quantifier = call.getFunctionQuantifier();
    return quantifier != null && quantifier.getValue() == SqlSelectKeyword.DISTINCT;
  }
}
