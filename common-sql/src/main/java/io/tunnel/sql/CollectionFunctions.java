package io.tunnel.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;

/** Functions that make and read arrays, maps and structs. */
final class CollectionFunctions {
  private CollectionFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    addArrays(catalog);
    addMaps(catalog);
    catalog.rewritten("struct", 1, Integer.MAX_VALUE, CollectionFunctions::struct);
    catalog.rewritten("named_struct", 2, Integer.MAX_VALUE, CollectionFunctions::namedStruct);
    catalog.template("size", 1, "CAST(cardinality({0}) AS BIGINT)");
    catalog.template("cardinality", 1, "CAST(cardinality({0}) AS BIGINT)");
    for (String name : TableFunctions.NAMES) {
      catalog.rewritten(
          name,
          0,
          Integer.MAX_VALUE,
          (call, arguments) -> {
            throw TranslationFailure.unsupported(
                call,
                "function "
                    + name
                    + " makes rows: it stands alone in a select list or in a LATERAL VIEW");
          });
    }
  }

  private static void addArrays(FunctionCatalog catalog) {
    catalog.renamed("array", 0, Integer.MAX_VALUE, "list_value");
    catalog.renamed("array_contains", 2, 2, "list_contains");
    catalog.renamed("array_distinct", 1, 1, "mc_distinct");
    catalog.renamed("array_max", 1, 1, "list_max");
    catalog.renamed("array_min", 1, 1, "list_min");
    catalog.rewritten("array_join", 2, 3, CollectionFunctions::join);
    catalog.rewritten("sort_array", 1, 2, CollectionFunctions::sort);
    catalog.template("array_sort", 1, "list_sort({0}, 'ASC', 'NULLS LAST')");
    catalog.template("array_position", 2, "CAST(coalesce(list_position({0}, {1}), 0) AS BIGINT)");
    catalog.template("array_remove", 2, "list_filter({0}, lambda x: x <> {1})");
    catalog.template(
        "array_repeat", 2, "list_transform(range(CAST({1} AS BIGINT)), lambda i: {0})");
    catalog.template("array_union", 2, "mc_distinct(list_concat({0}, {1}))");
    catalog.template(
        "array_intersect", 2, "mc_distinct(list_filter({0}, lambda x: list_contains({1}, x)))");
    catalog.template(
        "array_except", 2, "mc_distinct(list_filter({0}, lambda x: NOT list_contains({1}, x)))");
    catalog.renamed("arrays_overlap", 2, 2, "list_has_any");
    catalog.template("slice", 3, "mc_slice({0}, CAST({1} AS BIGINT), CAST({2} AS BIGINT))");
    catalog.same(1, 1, "flatten");
    catalog.renamed("sequence", 2, 3, "generate_series");
    catalog.renamed("transform", 2, 2, "list_transform");
    catalog.renamed("filter", 2, 2, "list_filter");
    catalog.template("any_match", 2, "(len(list_filter({0}, {1})) > 0)");
    catalog.template("all_match", 2, "(len(list_filter({0}, {1})) = len({0}))");
    for (String name : List.of("reduce", "aggregate")) {
      catalog.rewritten(name, 3, 4, CollectionFunctions::reduce);
    }
  }

  private static void addMaps(FunctionCatalog catalog) {
    catalog.rewritten("map", 0, Integer.MAX_VALUE, CollectionFunctions::map);
    catalog.same(1, 1, "map_from_entries", "map_keys", "map_values", "map_entries");
    catalog.renamed("map_from_arrays", 2, 2, "map");
    catalog.same(1, Integer.MAX_VALUE, "map_concat");
    catalog.renamed("map_contains_key", 2, 2, "map_contains");
    catalog.template("element_at", 2, "{0}[mc_position({1}, typeof({0}) LIKE 'MAP(%')]");
  }

  private static SqlNode join(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        arguments.size() == 2
            ? "array_to_string({0}, {1})"
            : "array_to_string(list_transform({0}, lambda x: coalesce(x, {2})), {1})",
        arguments.toArray(new SqlNode[0]));
  }

  private static SqlNode sort(SqlCall call, List<SqlNode> arguments) {
    boolean ascending = true;
    if (arguments.size() == 2) {
      if (!(arguments.get(1) instanceof SqlLiteral literal)
          || !(literal.getValue() instanceof Boolean given)) {
        throw TranslationFailure.unsupported(
            call, "function sort_array takes TRUE or FALSE as its second argument");
      }
      ascending = given;
    }
    return DuckDbNodes.template(
        ascending ? "list_sort({0}, 'ASC', 'NULLS FIRST')" : "list_sort({0}, 'DESC', 'NULLS LAST')",
        arguments.get(0));
  }

  /** REDUCE(array, start, merge, finish). */
  private static SqlNode reduce(SqlCall call, List<SqlNode> arguments) {
    SqlNode reduced =
        DuckDbNodes.call("list_reduce", arguments.get(0), arguments.get(2), arguments.get(1));
    return arguments.size() == 3
        ? reduced
        : DuckDbNodes.template("list_transform([{0}], {1})[1]", reduced, arguments.get(3));
  }

  private static SqlNode map(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() % 2 != 0) {
      throw TranslationFailure.unsupported(call, "function map needs a value for every key");
    }
    List<SqlNode> keys = new ArrayList<>();
    List<SqlNode> values = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      keys.add(arguments.get(i));
      values.add(arguments.get(i + 1));
    }
    return DuckDbNodes.call(
        "map",
        DuckDbNodes.call("list_value", null, keys),
        DuckDbNodes.call("list_value", null, values));
  }

  private static SqlNode struct(SqlCall call, List<SqlNode> arguments) {
    List<SqlNode> fields = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      fields.add(DuckDbNodes.named("col" + (i + 1), arguments.get(i)));
    }
    return DuckDbNodes.call("struct_pack", null, fields);
  }

  private static SqlNode namedStruct(SqlCall call, List<SqlNode> arguments) {
    List<SqlNode> fields = new ArrayList<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      String name = DuckDbNodes.stringValue(arguments.get(i));
      if (name == null) {
        throw TranslationFailure.unsupported(
            call, "function named_struct needs constant strings as names");
      }
      fields.add(DuckDbNodes.named(name.toLowerCase(Locale.ROOT), arguments.get(i + 1)));
    }
    if (2 * fields.size() != arguments.size()) {
      throw TranslationFailure.unsupported(
          call, "function named_struct needs a value for every name");
    }
    return DuckDbNodes.call("struct_pack", null, fields);
  }
}
