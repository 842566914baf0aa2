package io.tunnel.server.sql;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.Value;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PARTITION clauses as partition specs. */
final class PartitionValues {
  private PartitionValues() {}

  /** A complete, static clause; aligned to the table. */
  static PartitionSpec complete(TableEntry table, List<PartitionItem> items) throws SqlFailure {
    try {
      return PartitionKeys.canonical(table.schema(), new PartitionSpec(texts(items)));
    } catch (IllegalArgumentException e) {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC, "Semantic analysis exception - " + e.getMessage(), e);
    }
  }

  /** The values of a clause; a part of the levels may be named. */
  static Map<String, String> texts(List<PartitionItem> items) throws SqlFailure {
    Map<String, String> values = new LinkedHashMap<>();
    for (PartitionItem item : items) {
      values.put(item.name(), text(item));
    }
    return values;
  }

  /** The text of one value. */
  static String text(PartitionItem item) throws SqlFailure {
    Value value = item.value();
    if (value instanceof Value.Literal literal && literal.value() != null) {
      Object constant = literal.value();
      return constant instanceof BigDecimal decimal ? decimal.toPlainString() : constant.toString();
    }
    throw SqlFailure.of(
        SqlFailure.SEMANTIC,
        "Semantic analysis exception - partition column "
            + item.name()
            + " needs a constant that is not NULL");
  }
}
