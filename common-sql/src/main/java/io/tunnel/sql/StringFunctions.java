package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/** Functions on strings. */
final class StringFunctions {
  private StringFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.same(1, 1, "lower", "upper", "length", "reverse", "ascii", "md5", "sha1", "chr");
    catalog.renamed("tolower", 1, 1, "lower");
    catalog.renamed("toupper", 1, 1, "upper");
    catalog.renamed("char_length", 1, 1, "length");
    catalog.renamed("lengthb", 1, 1, "strlen");
    catalog.renamed("octet_length", 1, 1, "strlen");
    catalog.same(1, 2, "trim", "ltrim", "rtrim");
    catalog.same(2, 2, "repeat");
    catalog.same(3, 3, "replace", "translate");
    catalog.template("space", 1, "repeat(' ', {0})");
    catalog.renamed("substr", 2, 3, "mc_substr");
    catalog.renamed("substring", 2, 3, "mc_substr");
    catalog.renamed("instr", 2, 3, "mc_instr");
    catalog.template("locate", 2, "instr({1}, {0})");
    catalog.rewritten("lpad", 2, 3, (call, arguments) -> pad("lpad", arguments));
    catalog.rewritten("rpad", 2, 3, (call, arguments) -> pad("rpad", arguments));
    catalog.renamed("initcap", 1, 1, "mc_initcap");
    catalog.rewritten("concat", 1, Integer.MAX_VALUE, StringFunctions::concat);
    catalog.same(2, Integer.MAX_VALUE, "concat_ws");
    catalog.renamed("split", 2, 2, "string_split_regex");
    catalog.template("split_part", 3, "split_part({0}, {1}, {2})");
    catalog.rewritten("regexp_extract", 2, 3, StringFunctions::regexpExtract);
    catalog.template("regexp_replace", 3, "regexp_replace({0}, {1}, {2}, 'g')");
    catalog.template("regexp_count", 2, "len(regexp_extract_all({0}, {1}))");
    catalog.renamed("regexp_like", 2, 2, "regexp_matches");
    catalog.rewritten("get_json_object", 2, 2, StringFunctions::jsonObject);
    catalog.template("startswith", 2, "starts_with({0}, {1})");
    catalog.template("endswith", 2, "ends_with({0}, {1})");
    catalog.template("hex", 1, "hex({0})");
    catalog.template("unhex", 1, "unhex({0})");
    catalog.template("base64", 1, "to_base64({0})");
    catalog.template("unbase64", 1, "from_base64({0})");
    catalog.template("to_json", 1, "CAST(to_json({0}) AS VARCHAR)");
  }

  private static SqlNode pad(String function, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        function,
        arguments.get(0),
        arguments.get(1),
        arguments.size() == 3 ? arguments.get(2) : DuckDbNodes.string(" "));
  }

  /** CONCAT is NULL when any of its arguments is; DuckDB's own concat passes over them. */
  private static SqlNode concat(SqlCall call, List<SqlNode> arguments) {
    SqlNode all = text(arguments.get(0));
    for (SqlNode argument : arguments.subList(1, arguments.size())) {
      all = DuckDbNodes.binary(all, "||", text(argument));
    }
    return all;
  }

  static SqlNode text(SqlNode node) {
    return DuckDbNodes.stringValue(node) != null ? node : DuckDbNodes.cast(node, "VARCHAR");
  }

  /** Group 1 when none is given; NULL when nothing matches. */
  private static SqlNode regexpExtract(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        "mc_regexp_extract",
        arguments.get(0),
        arguments.get(1),
        arguments.size() == 3 ? arguments.get(2) : DuckDbNodes.raw("1"));
  }

  private static SqlNode jsonObject(SqlCall call, List<SqlNode> arguments) {
    String path = DuckDbNodes.stringValue(arguments.get(1));
    if (path == null || path.indexOf('*') >= 0) {
      throw TranslationFailure.unsupported(
          call, "function get_json_object is supported with a constant path without * only");
    }
    return DuckDbNodes.call("mc_get_json_object", arguments.get(0), arguments.get(1));
  }
}
