package io.tunnel.sql;

/** Functions on numbers. */
final class NumericFunctions {
  private NumericFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.same(
        1, 1, "abs", "exp", "sqrt", "cbrt", "sin", "cos", "tan", "cot", "asin", "acos", "atan",
        "degrees", "radians");
    catalog.same(2, 2, "atan2");
    catalog.same(0, 0, "pi");
    catalog.template("sign", 1, "CAST(sign({0}) AS DOUBLE)");
    catalog.same(1, 2, "round");
    catalog.renamed("trunc", 1, 2, "trunc");
    catalog.template("ceil", 1, "CAST(ceil({0}) AS BIGINT)");
    catalog.template("ceiling", 1, "CAST(ceil({0}) AS BIGINT)");
    catalog.template("floor", 1, "CAST(floor({0}) AS BIGINT)");
    catalog.same(2, 2, "pow");
    catalog.renamed("power", 2, 2, "pow");
    catalog.template("ln", 1, "ln(CASE WHEN {0} > 0 THEN {0} END)");
    catalog.template("log2", 1, "log2(CASE WHEN {0} > 0 THEN {0} END)");
    catalog.template("log10", 1, "log10(CASE WHEN {0} > 0 THEN {0} END)");
    catalog.template("log", 2, "log({0}, CASE WHEN {1} > 0 THEN {1} END)");
    catalog.template("mod", 2, "({0} % nullif({1}, 0))");
    catalog.template("pmod", 2, "(({0} % nullif({1}, 0) + {1}) % nullif({1}, 0))");
    catalog.template("bin", 1, "bin({0})");
    catalog.template("rand", 0, "random()");
    catalog.template("uuid", 0, "CAST(uuid() AS VARCHAR)");
    catalog.template("isnan", 1, "isnan({0})");
    catalog.template("shiftleft", 2, "({0} << {1})");
    catalog.template("shiftright", 2, "({0} >> {1})");
  }
}
