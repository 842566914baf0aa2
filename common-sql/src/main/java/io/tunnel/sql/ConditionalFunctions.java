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
    catalog.template("nvl2", 3, "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END");
    catalog.template("if", 3, "CASE WHEN {0} THEN {1} ELSE {2} END");
    catalog.template("isnull", 1, "({0} IS NULL)");
    catalog.template("isnotnull", 1, "({0} IS NOT NULL)");
    catalog.rewritten("decode", 3, Integer.MAX_VALUE, ConditionalFunctions::decode);
  }

  /** DECODE(x, a, b, …, otherwise): unlike CASE x WHEN a, NULL equals NULL. */
  private static SqlNode decode(SqlCall call, List<SqlNode> arguments) {
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
