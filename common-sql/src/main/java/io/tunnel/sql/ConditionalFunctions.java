package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/** Functions that choose between their arguments. */
final class ConditionalFunctions {
  private ConditionalFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.same(1, Integer.MAX_VALUE, "coalesce");
    catalog.renamed("nvl", 2, 2, "coalesce");
    catalog.same(2, 2, "nullif");
    catalog.same(2, Integer.MAX_VALUE, "greatest");
    catalog.rewritten("least", 2, Integer.MAX_VALUE, ConditionalFunctions::least);
    catalog.rewritten("ordinal", 2, Integer.MAX_VALUE, ConditionalFunctions::ordinal);
    catalog.template("nvl2", 3, "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END");
    catalog.template("if", 3, "CASE WHEN {0} THEN {1} ELSE {2} END");
    catalog.template("isnull", 1, "({0} IS NULL)");
    catalog.template("isnotnull", 1, "({0} IS NOT NULL)");
    catalog.rewritten("decode", 2, Integer.MAX_VALUE, ConditionalFunctions::decode);
  }

  /** NULL is the smallest value; DuckDB's own function passes over it. */
  private static SqlNode least(SqlCall call, List<SqlNode> arguments) {
    StringBuilder isNull = new StringBuilder("CASE WHEN ");
    StringBuilder least = new StringBuilder(" THEN NULL ELSE least(");
    for (int i = 0; i < arguments.size(); i++) {
      isNull.append(i == 0 ? "{" : " OR {").append(i).append("} IS NULL");
      least.append(i == 0 ? "{" : ", {").append(i).append('}');
    }
    return DuckDbNodes.template(
        isNull.append(least).append(") END").toString(), arguments.toArray(new SqlNode[0]));
  }

  /** ORDINAL(n, a, b, …): the nth of the values in ascending order. */
  private static SqlNode ordinal(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        "mc_ordinal",
        DuckDbNodes.cast(arguments.get(0), "BIGINT"),
        DuckDbNodes.call("list_value", null, arguments.subList(1, arguments.size())));
  }

  /**
   * DECODE(x, a, b, …, otherwise): unlike CASE x WHEN a, NULL equals NULL. With two arguments it
   * reads bytes in a character set.
   */
  private static SqlNode decode(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 2) {
      StringFunctions.requireUtf8(call, arguments.get(1));
      return DuckDbNodes.template("decode({0})", arguments.get(0));
    }
    StringBuilder pattern = new StringBuilder("CASE");
    int i = 1;
    SqlNode[] holes = arguments.toArray(new SqlNode[0]);
    for (; i + 1 < holes.length; i += 2) {
      pattern
          .append(" WHEN {0} IS NOT DISTINCT FROM {")
          .append(i)
          .append("} THEN {")
          .append(i + 1)
          .append('}');
    }
    if (i < holes.length) {
      pattern.append(" ELSE {").append(i).append('}');
    }
    return DuckDbNodes.template(pattern.append(" END").toString(), holes);
  }
}
