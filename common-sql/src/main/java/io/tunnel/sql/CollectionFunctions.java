package io.tunnel.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/** Functions that make and read arrays, maps and structs. */
final class CollectionFunctions {
  private CollectionFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.renamed("array", 0, Integer.MAX_VALUE, "list_value");
    catalog.rewritten("map", 0, Integer.MAX_VALUE, CollectionFunctions::map);
    catalog.template("map_from_entries", 1, "map_from_entries({0})");
    catalog.rewritten("struct", 1, Integer.MAX_VALUE, CollectionFunctions::struct);
    catalog.rewritten("named_struct", 2, Integer.MAX_VALUE, CollectionFunctions::namedStruct);
    catalog.template("size", 1, "CAST(cardinality({0}) AS BIGINT)");
    catalog.same(1, 1, "map_keys", "map_values");
    catalog.renamed("array_contains", 2, 2, "list_contains");
    catalog.renamed("array_distinct", 1, 1, "list_distinct");
    catalog.renamed("array_max", 1, 1, "list_max");
    catalog.renamed("array_min", 1, 1, "list_min");
    catalog.template("array_join", 2, "array_to_string({0}, {1})");
    catalog.template("sort_array", 1, "list_sort({0}, 'ASC', 'NULLS FIRST')");
    catalog.renamed("transform", 2, 2, "list_transform");
    catalog.renamed("filter", 2, 2, "list_filter");
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
      fields.add(DuckDbNodes.named(name.toLowerCase(java.util.Locale.ROOT), arguments.get(i + 1)));
    }
    if (2 * fields.size() != arguments.size()) {
      throw TranslationFailure.unsupported(
          call, "function named_struct needs a value for every name");
    }
    return DuckDbNodes.call("struct_pack", null, fields);
  }
}
