package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/** Functions on numbers. A string argument is taken as a DOUBLE. */
final class NumericFunctions {
  private NumericFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    for (String name :
        List.of(
            "exp", "sqrt", "sin", "cos", "tan", "cot", "asin", "acos", "atan", "degrees", "radians",
            "sinh", "cosh", "tanh")) {
      catalog.template(name, 1, name + "(CAST({0} AS DOUBLE))");
    }
    catalog.template("cbrt", 1, "mc_cbrt(CAST({0} AS DOUBLE))");
    catalog.template("abs", 1, "abs(mc_number({0}))");
    catalog.template("negative", 1, "(-mc_number({0}))");
    catalog.template("positive", 1, "mc_number({0})");
    catalog.template("atan2", 2, "atan2(CAST({0} AS DOUBLE), CAST({1} AS DOUBLE))");
    catalog.same(0, 0, "pi");
    catalog.template("e", 0, "exp(1.0e0)");
    catalog.template("sign", 1, "CAST(sign(mc_number({0})) AS DOUBLE)");
    catalog.rewritten("round", 1, 2, (call, arguments) -> rounded("mc_round", arguments));
    catalog.rewritten("trunc", 1, 2, (call, arguments) -> rounded("mc_trunc", arguments));
    catalog.rewritten(
        "bround",
        1,
        2,
        (call, a) ->
            DuckDbNodes.template(
                "round_even(CAST({0} AS DOUBLE), CAST({1} AS INTEGER))",
                a.get(0), a.size() == 2 ? a.get(1) : DuckDbNodes.raw("0")));
    for (String name : List.of("ceil", "ceiling")) {
      catalog.template(name, 1, "CAST(ceil(mc_number({0})) AS BIGINT)");
    }
    catalog.template("floor", 1, "CAST(floor(mc_number({0})) AS BIGINT)");
    for (String name : List.of("pow", "power")) {
      catalog.template(name, 2, "pow(CAST({0} AS DOUBLE), CAST({1} AS DOUBLE))");
    }
    catalog.template("ln", 1, "mc_log({0})");
    catalog.template("log2", 1, "log2(mc_positive({0}))");
    catalog.template("log10", 1, "log10(mc_positive({0}))");
    catalog.rewritten("log", 1, 2, NumericFunctions::log);
    catalog.template("mod", 2, "(mc_number({0}) % nullif(mc_number({1}), 0))");
    catalog.template("pmod", 2, "mc_mod(mc_number({0}), nullif(mc_number({1}), 0))");
    catalog.template("bin", 1, "bin(CAST({0} AS BIGINT))");
    catalog.template(
        "conv", 3, "tunnel_conv(CAST({0} AS VARCHAR), CAST({1} AS VARCHAR), CAST({2} AS VARCHAR))");
    catalog.template("factorial", 1, "mc_factorial(CAST({0} AS BIGINT))");
    catalog.template(
        "width_bucket",
        4,
        "mc_width_bucket(CAST({0} AS DOUBLE), CAST({1} AS DOUBLE), CAST({2} AS DOUBLE),"
            + " CAST({3} AS BIGINT))");
    catalog.rewritten("rand", 0, 1, NumericFunctions::random);
    catalog.template("uuid", 0, "CAST(uuid() AS VARCHAR)");
    catalog.template("isnan", 1, "isnan(CAST({0} AS DOUBLE))");
    catalog.template("shiftleft", 2, "({0} << {1})");
    catalog.template("shiftright", 2, "({0} >> {1})");
    catalog.rewritten("sample", 1, Integer.MAX_VALUE, NumericFunctions::sample);
  }

  private static SqlNode rounded(String macro, List<SqlNode> arguments) {
    SqlNode number = number(arguments.get(0));
    return arguments.size() == 1
        ? DuckDbNodes.call(macro, number, DuckDbNodes.raw("0"))
        : DuckDbNodes.call(macro, number, DuckDbNodes.cast(arguments.get(1), "INTEGER"));
  }

  static SqlNode number(SqlNode node) {
    return DuckDbNodes.isNumber(node) ? node : DuckDbNodes.call("mc_number", node);
  }

  /** LOG(x) is the natural logarithm, LOG(base, x) that of a base. */
  private static SqlNode log(SqlCall call, List<SqlNode> arguments) {
    return arguments.size() == 1
        ? DuckDbNodes.call("mc_log", arguments.get(0))
        : DuckDbNodes.template(
            "(mc_log({1}) / nullif(mc_log({0}), 0))", arguments.get(0), arguments.get(1));
  }

  private static SqlNode random(SqlCall call, List<SqlNode> arguments) {
    if (arguments.isEmpty()) {
      return DuckDbNodes.raw("random()");
    }
    throw TranslationFailure.unsupported(
        call, "function rand is not supported with a seed: its numbers would be others");
  }

  /** SAMPLE(n): one row of n by chance; SAMPLE(n, k, columns): the rows of the kth part. */
  private static SqlNode sample(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() <= 2) {
      return DuckDbNodes.template("(random() * {0} < 1)", arguments.get(0));
    }
    return DuckDbNodes.template(
        "({2} % {0} = {1} - 1)",
        arguments.get(0),
        arguments.get(1),
        DuckDbNodes.call("hash", null, arguments.subList(2, arguments.size())));
  }
}
