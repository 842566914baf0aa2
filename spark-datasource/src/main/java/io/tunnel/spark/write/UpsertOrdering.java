package io.tunnel.spark.write;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.RowOrdering;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * How Spark is asked to distribute and sort the rows of a write by primary key, so that rows with
 * one key stand side by side in one task and the last of them is the same in every attempt. Columns
 * that decide nothing for the user are at the end of the order, because only then is the choice
 * among rows of one key the same however they arrive from a shuffle.
 */
final class UpsertOrdering {
  private UpsertOrdering() {}

  /** Whether values of a type can be sorted. */
  static boolean isOrderable(DataType type) {
    return RowOrdering.isOrderable(type);
  }

  /** References to these columns. */
  static Expression[] columns(StructType rows, int[] ordinals) {
    Expression[] columns = new Expression[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      columns[i] = column(rows.fields()[ordinals[i]]);
    }
    return columns;
  }

  /**
   * Partition, key, the column that the user names, and then all others that have an order; NULL
   * comes before all values.
   *
   * @param orderColumn the column that tells which of several rows with one key is the last
   */
  static SortOrder[] of(
      StructType rows, int[] partitions, int[] keys, @Nullable String orderColumn) {
    Set<StructField> fields = new LinkedHashSet<>();
    for (int ordinal : partitions) {
      fields.add(rows.fields()[ordinal]);
    }
    for (int ordinal : keys) {
      fields.add(rows.fields()[ordinal]);
    }
    for (StructField field : rows.fields()) {
      if (field.name().equalsIgnoreCase(orderColumn)) {
        fields.add(field);
      }
    }
    for (StructField field : rows.fields()) {
      if (isOrderable(field.dataType())) {
        fields.add(field);
      }
    }
    List<SortOrder> order = new ArrayList<>();
    for (StructField field : fields) {
      order.add(Expressions.sort(column(field), SortDirection.ASCENDING));
    }
    return order.toArray(SortOrder[]::new);
  }

  /** In quotes, because a name may hold dots. */
  private static NamedReference column(StructField field) {
    return Expressions.column("`" + field.name().replace("`", "``") + "`");
  }
}
