package io.tunnel.sql;

import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.jspecify.annotations.Nullable;

/** Functions with regular expressions, which are those of RE2 as in MaxCompute. */
final class RegularExpressionFunctions {
  private RegularExpressionFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.rewritten("regexp_extract", 2, 3, RegularExpressionFunctions::extract);
    catalog.rewritten("regexp_extract_all", 2, 3, RegularExpressionFunctions::extractAll);
    catalog.rewritten("regexp_replace", 3, 4, RegularExpressionFunctions::replace);
    catalog.rewritten("regexp_count", 2, 3, RegularExpressionFunctions::count);
    catalog.rewritten("regexp_substr", 2, 4, RegularExpressionFunctions::substring);
    catalog.rewritten("regexp_instr", 2, 5, RegularExpressionFunctions::position);
    catalog.template("regexp_like", 2, "regexp_matches(mc_string({0}), {1})");
  }

  /** Group 1 when none is given; NULL when nothing matches. */
  private static SqlNode extract(SqlCall call, List<SqlNode> arguments) {
    SqlNode group = group(call, arguments);
    return DuckDbNodes.call(
        "mc_regexp_extract", StringFunctions.text(arguments.get(0)), arguments.get(1), group);
  }

  private static SqlNode extractAll(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        "regexp_extract_all",
        StringFunctions.text(arguments.get(0)),
        arguments.get(1),
        group(call, arguments));
  }

  private static SqlNode group(SqlCall call, List<SqlNode> arguments) {
    String pattern = DuckDbNodes.stringValue(arguments.get(1));
    if (pattern != null && pattern.isEmpty()) {
      throw TranslationFailure.unsupported(call, "the regular expression must not be empty");
    }
    if (arguments.size() == 3) {
      return arguments.get(2);
    }
    if (pattern != null && pattern.indexOf('(') < 0) {
      throw TranslationFailure.unsupported(
          call,
          "the regular expression '" + pattern + "' has no group: add one, or ask for group 0");
    }
    return DuckDbNodes.raw("1");
  }

  /** Occurrence 0, the default, means all. */
  private static SqlNode replace(SqlCall call, List<SqlNode> arguments) {
    SqlNode text = StringFunctions.text(arguments.get(0));
    SqlNode replacement = StringFunctions.text(arguments.get(2));
    Long occurrence = arguments.size() == 4 ? constant(arguments.get(3)) : Long.valueOf(0);
    if (occurrence == null || occurrence < 0 || occurrence > 1) {
      throw TranslationFailure.unsupported(
          call, "function regexp_replace is supported for all matches (0) or for the first (1)");
    }
    return DuckDbNodes.template(
        occurrence == 0 ? "regexp_replace({0}, {1}, {2}, 'g')" : "regexp_replace({0}, {1}, {2})",
        text,
        arguments.get(1),
        replacement);
  }

  private static SqlNode count(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "len(mc_regexp_matches({0}, {1}, {2}))",
        StringFunctions.text(arguments.get(0)), arguments.get(1), argument(arguments, 2, "1"));
  }

  private static SqlNode substring(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "mc_regexp_matches({0}, {1}, {2})[CAST({3} AS BIGINT)]",
        StringFunctions.text(arguments.get(0)),
        arguments.get(1),
        argument(arguments, 2, "1"),
        argument(arguments, 3, "1"));
  }

  private static SqlNode position(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        "mc_regexp_instr({0}, {1}, CAST({2} AS BIGINT), CAST({3} AS BIGINT), CAST({4} AS BIGINT))",
        StringFunctions.text(arguments.get(0)),
        arguments.get(1),
        argument(arguments, 2, "1"),
        argument(arguments, 3, "1"),
        argument(arguments, 4, "0"));
  }

  private static SqlNode argument(List<SqlNode> arguments, int index, String otherwise) {
    return arguments.size() > index ? arguments.get(index) : DuckDbNodes.raw(otherwise);
  }

  private static @Nullable Long constant(SqlNode node) {
    if (node instanceof SqlNumericLiteral number && number.isInteger()) {
      BigDecimal value = number.bigDecimalValue();
      return value == null ? null : value.longValue();
    }
    return null;
  }
}
