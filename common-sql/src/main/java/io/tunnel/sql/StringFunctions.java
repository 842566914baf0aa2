package io.tunnel.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;

/** Functions on strings. Arguments of other types are taken as text, as MaxCompute does. */
final class StringFunctions {
  private StringFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    for (String name : List.of("lower", "upper", "length", "reverse", "md5")) {
      texts(catalog, name, 1, name);
    }
    texts(catalog, "tolower", 1, "lower");
    texts(catalog, "toupper", 1, "upper");
    texts(catalog, "char_length", 1, "length");
    texts(catalog, "lengthb", 1, "strlen");
    texts(catalog, "octet_length", 1, "strlen");
    texts(catalog, "initcap", 1, "mc_initcap");
    for (String name : List.of("trim", "ltrim", "rtrim")) {
      texts(catalog, name, 2, name);
    }
    texts(catalog, "replace", 3, "replace");
    texts(catalog, "translate", 3, "translate");
    catalog.template("ascii", 1, "ascii(mc_string({0}))");
    catalog.template("chr", 1, "chr(CAST({0} AS INTEGER))");
    catalog.template("repeat", 2, "repeat(mc_string({0}), CAST({1} AS BIGINT))");
    catalog.template("space", 1, "repeat(' ', CAST({0} AS BIGINT))");
    for (String name : List.of("substr", "substring")) {
      catalog.rewritten(name, 2, 3, StringFunctions::substring);
    }
    catalog.rewritten("instr", 2, 4, StringFunctions::instr);
    catalog.rewritten("locate", 2, 3, StringFunctions::locate);
    catalog.rewritten("lpad", 2, 3, (call, arguments) -> pad("mc_lpad", arguments));
    catalog.rewritten("rpad", 2, 3, (call, arguments) -> pad("mc_rpad", arguments));
    catalog.rewritten("concat", 1, Integer.MAX_VALUE, StringFunctions::concat);
    catalog.rewritten("concat_ws", 2, Integer.MAX_VALUE, StringFunctions::concatWithSeparator);
    catalog.rewritten("split", 2, 3, StringFunctions::split);
    catalog.rewritten("split_part", 3, 4, StringFunctions::splitPart);
    catalog.template(
        "substring_index", 3, "mc_substring_index(mc_string({0}), {1}, CAST({2} AS BIGINT))");
    catalog.template("find_in_set", 2, "coalesce(list_position(string_split({1}, ','), {0}), 0)");
    catalog.template(
        "char_matchcount",
        2,
        "len(list_filter(string_split({0}, ''), lambda c: contains({1}, c)))");
    catalog.template("startswith", 2, "starts_with({0}, {1})");
    catalog.template("endswith", 2, "ends_with({0}, {1})");
    catalog.rewritten("keyvalue", 2, 4, StringFunctions::keyValue);
    catalog.rewritten("str_to_map", 1, 3, StringFunctions::stringToMap);
    RegularExpressionFunctions.addTo(catalog);
    EncodingFunctions.addTo(catalog);
  }

  /** A function whose arguments are all texts. */
  private static void texts(FunctionCatalog catalog, String name, int most, String duckDbName) {
    int least = most == 2 ? 1 : most;
    catalog.rewritten(
        name,
        least,
        most,
        (call, arguments) ->
            DuckDbNodes.call(
                duckDbName, null, arguments.stream().map(StringFunctions::text).toList()));
  }

  /** A value as text. */
  static SqlNode text(SqlNode node) {
    if (DuckDbNodes.stringValue(node) != null) {
      return node;
    }
    return node instanceof SqlLiteral literal && literal.getValue() == null
        ? DuckDbNodes.cast(node, "VARCHAR")
        : DuckDbNodes.call("mc_string", node);
  }

  private static SqlNode substring(SqlCall call, List<SqlNode> arguments) {
    List<SqlNode> parts = new ArrayList<>();
    parts.add(text(arguments.get(0)));
    arguments.subList(1, arguments.size()).forEach(n -> parts.add(DuckDbNodes.cast(n, "BIGINT")));
    return DuckDbNodes.call("mc_substr", null, parts);
  }

  /** INSTR(text, part, start, nth). */
  private static SqlNode instr(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 2) {
      return DuckDbNodes.call("instr", text(arguments.get(0)), text(arguments.get(1)));
    }
    return DuckDbNodes.template(
        "CAST(tunnel_find({0}, {1}, CAST(mc_instr_start(CAST({2} AS BIGINT)) AS VARCHAR),"
            + " CAST(mc_instr_count(CAST({3} AS BIGINT)) AS VARCHAR)) AS BIGINT)",
        text(arguments.get(0)),
        text(arguments.get(1)),
        arguments.get(2),
        arguments.size() == 4 ? arguments.get(3) : DuckDbNodes.raw("1"));
  }

  private static SqlNode locate(SqlCall call, List<SqlNode> arguments) {
    List<SqlNode> swapped = new ArrayList<>(arguments);
    swapped.set(0, arguments.get(1));
    swapped.set(1, arguments.get(0));
    return instr(call, swapped);
  }

  private static SqlNode pad(String macro, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        macro,
        text(arguments.get(0)),
        arguments.get(1),
        arguments.size() == 3 ? text(arguments.get(2)) : DuckDbNodes.string(" "));
  }

  /**
   * CONCAT is NULL when any of its arguments is; DuckDB's own concat passes over them. It joins
   * arrays too.
   */
  private static SqlNode concat(SqlCall call, List<SqlNode> arguments) {
    SqlNode all = part(arguments.get(0));
    for (SqlNode argument : arguments.subList(1, arguments.size())) {
      all = DuckDbNodes.binary(all, "||", part(argument));
    }
    return all;
  }

  private static SqlNode part(SqlNode node) {
    return node instanceof SqlLiteral ? text(node) : DuckDbNodes.call("mc_part", node);
  }

  /** As CONCAT with a separator; instead of the parts there may be one array. */
  private static SqlNode concatWithSeparator(SqlCall call, List<SqlNode> arguments) {
    SqlNode separator = text(arguments.get(0));
    if (arguments.size() == 2) {
      return DuckDbNodes.call("mc_concat_ws", separator, arguments.get(1));
    }
    SqlNode all = text(arguments.get(1));
    for (SqlNode argument : arguments.subList(2, arguments.size())) {
      all = DuckDbNodes.binary(all, "||", separator);
      all = DuckDbNodes.binary(all, "||", text(argument));
    }
    return all;
  }

  private static SqlNode split(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        "mc_split",
        text(arguments.get(0)),
        text(arguments.get(1)),
        arguments.size() == 3 ? arguments.get(2) : DuckDbNodes.raw("TRUE"));
  }

  private static SqlNode splitPart(SqlCall call, List<SqlNode> arguments) {
    List<SqlNode> parts = new ArrayList<>();
    parts.add(text(arguments.get(0)));
    parts.add(text(arguments.get(1)));
    arguments.subList(2, arguments.size()).forEach(n -> parts.add(DuckDbNodes.cast(n, "BIGINT")));
    return DuckDbNodes.call("mc_split_part", null, parts);
  }

  /** KEYVALUE(text, key), or with the separators of pairs and of key and value in between. */
  private static SqlNode keyValue(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 3) {
      throw TranslationFailure.unsupported(call, "function keyvalue takes 2 or 4 arguments");
    }
    boolean given = arguments.size() == 4;
    return DuckDbNodes.call(
        "mc_keyvalue",
        text(arguments.get(0)),
        given ? arguments.get(1) : DuckDbNodes.string(";"),
        given ? arguments.get(2) : DuckDbNodes.string(":"),
        arguments.get(given ? 3 : 1));
  }

  private static SqlNode stringToMap(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.call(
        "mc_str_to_map",
        text(arguments.get(0)),
        arguments.size() > 1 ? arguments.get(1) : DuckDbNodes.string(","),
        arguments.size() > 2 ? arguments.get(2) : DuckDbNodes.string("="));
  }

  /** Refuses every character set but UTF-8. */
  static void requireUtf8(SqlCall call, SqlNode charset) {
    String name = DateFunctions.constant(call, charset, "character set");
    if (!name.toLowerCase(Locale.ROOT).replace("-", "").equals("utf8")) {
      throw TranslationFailure.unsupported(
          call, "character set '" + name + "' is not supported, use UTF-8");
    }
  }
}
