package io.tunnel.spark.row;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Which Spark column feeds which table column: by name, without regard to case. */
final class ColumnMatch {
  /** Marks a table column that the DataFrame does not have. */
  static final int ABSENT = -1;

  private ColumnMatch() {}

  /**
   * For each data column of the table the ordinal of the Spark column, or {@link #ABSENT} for a
   * column that is left NULL.
   *
   * @throws IllegalArgumentException if the DataFrame has a column twice, or one that the table
   *     does not have, or lacks a NOT NULL one
   */
  static int[] ordinals(TableSchema table, StructType rows) {
    int[] ordinals = new int[table.columns().size()];
    Arrays.fill(ordinals, ABSENT);
    for (int i = 0; i < rows.length(); i++) {
      StructField field = rows.fields()[i];
      int column = table.indexOf(field.name());
      if (column < 0) {
        throw unknown(table, field.name());
      }
      if (ordinals[column] != ABSENT) {
        throw new IllegalArgumentException(
            "The DataFrame has the columns "
                + rows.fields()[ordinals[column]].name()
                + " and "
                + field.name()
                + ", which are one column of the table, because names are compared without regard"
                + " to case; drop one of them");
      }
      ordinals[column] = i;
    }
    requireNotNullColumns(table, ordinals);
    return ordinals;
  }

  private static void requireNotNullColumns(TableSchema table, int[] ordinals) {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < ordinals.length; i++) {
      Column column = table.columns().get(i);
      if (ordinals[i] == ABSENT && !column.nullable()) {
        missing.add(column.name());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The DataFrame lacks "
              + String.join(", ", missing)
              + ", which the table has as NOT NULL");
    }
  }

  private static IllegalArgumentException unknown(TableSchema table, String name) {
    if (table.partitionIndexOf(name) >= 0) {
      return new IllegalArgumentException(
          "Column "
              + name
              + " is a partition column: its value is the one of the option partition; drop it from"
              + " the DataFrame");
    }
    String names = table.columns().stream().map(Column::name).collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "Column "
            + name
            + " of the DataFrame is not a column of the table; drop or rename it; the table has "
            + names);
  }
}
