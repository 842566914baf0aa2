package io.tunnel.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Functions that make several rows, or several columns, of one row: in LATERAL VIEW and alone in a
 * select list. Each is a list of select items; those with {@code unnest} give rows beside each
 * other.
 */
final class TableFunctions {
  static final Set<String> NAMES =
      Set.of("explode", "posexplode", "inline", "stack", "json_tuple", "parse_url_tuple");

  private TableFunctions() {}

  /**
   * What a call becomes.
   *
   * @param items select items in DuckDB's words
   * @param names the names of the columns when the statement gives none; empty when they are those
   *     of the fields
   */
  record Items(List<SqlNode> items, List<String> names) {}

  /** Whether a node calls one of these functions. */
  static boolean isCall(SqlNode node) {
    return node instanceof SqlCall call
        && NAMES.contains(call.getOperator().getName().toLowerCase(Locale.ROOT));
  }

  /**
   * Rewrites a call.
   *
   * @param arguments its arguments, already rewritten
   * @param names the names that the statement gives its columns, or null
   */
  static Items items(SqlCall call, List<SqlNode> arguments, @Nullable List<String> names) {
    String function = call.getOperator().getName().toLowerCase(Locale.ROOT);
    Items items =
        switch (function) {
          case "explode" -> {
            require(call, arguments.size() == 1, "one array or map");
            yield names != null && names.size() == 2
                ? items(arguments, "unnest(map_keys({0}))", "unnest(map_values({0}))")
                : items(arguments, "unnest({0})");
          }
          case "posexplode" -> {
            require(call, arguments.size() == 1, "one array");
            yield items(arguments, "CAST(unnest(range(len({0}))) AS INTEGER)", "unnest({0})");
          }
          case "inline" -> {
            require(call, arguments.size() == 1, "one array of structs");
            yield items(arguments, "unnest({0}, max_depth := 2)");
          }
          case "stack" -> stack(call, arguments);
          case "json_tuple" -> {
            require(call, arguments.size() > 1, "a text and names of keys");
            yield each(arguments, "tunnel_get_json_object({0}, '$.' || {1})");
          }
          default -> {
            require(call, arguments.size() > 1, "a text and names of parts");
            yield each(arguments, "tunnel_parse_url({0}, {1})");
          }
        };
    int columns = items.items.size();
    if (names != null && !function.equals("inline") && names.size() != columns) {
      throw TranslationFailure.unsupported(
          call, "function " + function + " gives " + columns + " columns, not " + names.size());
    }
    return names == null ? items : new Items(items.items, names);
  }

  private static void require(SqlCall call, boolean fits, String arguments) {
    if (!fits) {
      throw TranslationFailure.unsupported(
          call,
          "function "
              + call.getOperator().getName().toLowerCase(Locale.ROOT)
              + " takes "
              + arguments);
    }
  }

  private static Items items(List<SqlNode> arguments, String... patterns) {
    SqlNode[] holes = arguments.toArray(new SqlNode[0]);
    List<SqlNode> items =
        Arrays.stream(patterns).map(pattern -> DuckDbNodes.template(pattern, holes)).toList();
    return switch (patterns.length) {
      case 1 -> new Items(items, patterns[0].contains("max_depth") ? List.of() : List.of("col"));
      default ->
          new Items(
              items,
              patterns[0].contains("map_keys") ? List.of("key", "value") : List.of("pos", "col"));
    };
  }

  private static Items each(List<SqlNode> arguments, String pattern) {
    List<SqlNode> items = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (SqlNode argument : arguments.subList(1, arguments.size())) {
      names.add("c" + items.size());
      items.add(DuckDbNodes.template(pattern, arguments.get(0), argument));
    }
    return new Items(items, names);
  }

  /** STACK(n, a, b, …): n rows that take the values one after the other. */
  private static Items stack(SqlCall call, List<SqlNode> arguments) {
    require(
        call,
        arguments.size() > 1
            && arguments.get(0) instanceof SqlNumericLiteral number
            && number.isInteger()
            && number.longValue(true) > 0,
        "a constant number of rows and their values");
    int rows = (int) ((SqlNumericLiteral) arguments.get(0)).longValue(true);
    int columns = (arguments.size() - 2) / rows + 1;
    List<SqlNode> items = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      List<SqlNode> values = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        int at = 1 + row * columns + column;
        values.add(at < arguments.size() ? arguments.get(at) : DuckDbNodes.raw("NULL"));
      }
      names.add("col" + column);
      items.add(DuckDbNodes.template("unnest({0})", DuckDbNodes.call("list_value", null, values)));
    }
    return new Items(items, names);
  }
}
