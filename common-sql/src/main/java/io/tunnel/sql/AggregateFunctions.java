package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.jspecify.annotations.Nullable;

/** Aggregate and window functions. */
final class AggregateFunctions {
  private AggregateFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.same(1, 1, "min", "max", "any_value", "bool_and", "bool_or");
    for (String name : List.of("sum", "avg", "median")) {
      numeric(catalog, name, name);
    }
    numeric(catalog, "stddev", "stddev_pop");
    numeric(catalog, "stddev_pop", "stddev_pop");
    numeric(catalog, "stddev_samp", "stddev_samp");
    numeric(catalog, "variance", "var_pop");
    numeric(catalog, "var_pop", "var_pop");
    numeric(catalog, "var_samp", "var_samp");
    catalog.renamed("bitwise_and_agg", 1, 1, "bit_and");
    catalog.renamed("bitwise_or_agg", 1, 1, "bit_or");
    catalog.renamed("bitwise_xor_agg", 1, 1, "bit_xor");
    catalog.rewritten("count", 0, Integer.MAX_VALUE, AggregateFunctions::count);
    catalog.renamed("count_if", 1, 1, "count_if");
    catalog.same(2, 2, "covar_pop", "covar_samp", "corr");
    catalog.renamed("approx_distinct", 1, 1, "approx_count_distinct");
    catalog.template("arg_max", 2, "arg_max({1}, {0})");
    catalog.template("arg_min", 2, "arg_min({1}, {0})");
    catalog.renamed("max_by", 2, 2, "arg_max");
    catalog.renamed("min_by", 2, 2, "arg_min");
    catalog.template("percentile", 2, "quantile_cont(CAST({0} AS DOUBLE), {1})");
    catalog.rewritten(
        "percentile_approx",
        2,
        3,
        (call, arguments) ->
            DuckDbNodes.template(
                "quantile_cont(CAST({0} AS DOUBLE), {1})", arguments.get(0), arguments.get(1)));
    catalog.rewritten("wm_concat", 2, 2, (call, a) -> joined(call, a, null));
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

  /** A string is taken as a DOUBLE. */
  private static void numeric(FunctionCatalog catalog, String name, String duckDbName) {
    catalog.rewritten(
        name,
        1,
        1,
        (call, arguments) ->
            DuckDbNodes.call(
                duckDbName,
                call.getFunctionQuantifier(),
                List.of(NumericFunctions.number(arguments.get(0)))));
  }

  private static SqlNode collected(boolean distinct, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "coalesce(list("
            + (distinct ? "DISTINCT " : "")
            + "{0}) FILTER (WHERE {0} IS NOT NULL), [])",
        arguments.get(0));
  }

  /** WM_CONCAT(separator, x), with the order of WITHIN GROUP if there is one. */
  static SqlNode joined(SqlCall call, List<SqlNode> arguments, @Nullable SqlNode order) {
    String head = "string_agg(" + (isDistinct(call) ? "DISTINCT " : "") + "{1}, {0}";
    SqlNode separator = StringFunctions.text(arguments.get(0));
    SqlNode value = StringFunctions.text(arguments.get(1));
    return order == null
        ? DuckDbNodes.template(head + ")", separator, value)
        : DuckDbNodes.template(
            head + " {2})", separator, value, DuckDbNodes.prefixed("ORDER BY", order));
  }

  /** COLLECT_LIST and COLLECT_SET as window functions, which have no empty frames. */
  static SqlNode collectedInWindow(SqlCall call, List<SqlNode> arguments) {
    boolean distinct =
        isDistinct(call) || call.getOperator().getName().equalsIgnoreCase("collect_set");
    return DuckDbNodes.template(
        "list(" + (distinct ? "DISTINCT " : "") + "{0}) FILTER (WHERE {0} IS NOT NULL)",
        arguments.get(0));
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
