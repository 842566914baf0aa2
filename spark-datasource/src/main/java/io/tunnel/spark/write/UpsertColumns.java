package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the columns of a table, the operation and the order among the columns of a DataFrame. Names
 * are compared without regard to case.
 */
final class UpsertColumns {
  /** Marks what the DataFrame does not have. */
  static final int ABSENT = -1;

  private final TableName table;
  private final TableSchema schema;
  private final UpsertSettings settings;
  private final StructType rows;
  private final int operation;
  private final int[] found;

  /**
   * Matches the columns.
   *
   * @param byPartition whether each row tells its partition
   * @throws IllegalArgumentException if a column is unknown, there twice, or not what the options
   *     say; the message names it
   */
  UpsertColumns(
      TableName table,
      TableSchema schema,
      boolean byPartition,
      UpsertSettings settings,
      StructType rows) {
    this.table = table;
    this.schema = schema;
    this.settings = settings;
    this.rows = rows;
    operation = operationOrdinal();
    requireOrderColumn();
    found = match(byPartition);
  }

  /** The ordinal of the operation, or ABSENT. */
  int operation() {
    return operation;
  }

  /** The ordinal of a data column, or ABSENT. */
  int data(int position) {
    return found[position];
  }

  /** The ordinals of the partition columns; some are ABSENT if rows do not tell their partition. */
  int[] partitions() {
    return Arrays.copyOfRange(found, schema.columns().size(), found.length);
  }

  private int operationOrdinal() {
    String name = settings.operationColumn();
    if (name == null) {
      return ABSENT;
    }
    int ordinal = ordinalOf(name);
    if (ordinal == ABSENT) {
      throw new IllegalArgumentException(
          "The DataFrame has no column " + name + ", which the option operationColumn names");
    }
    if (schema.indexOf(name) >= 0 || schema.partitionIndexOf(name) >= 0) {
      throw new IllegalArgumentException(
          "The option operationColumn names "
              + name
              + ", which is a column of "
              + table
              + "; give the operation a name that the table does not have");
    }
    DataType type = rows.fields()[ordinal].dataType();
    if (!(type instanceof StringType)) {
      throw new IllegalArgumentException(
          "Column "
              + name
              + " tells the operation and must be a string, 'U' or 'D', not "
              + type.catalogString());
    }
    return ordinal;
  }

  private void requireOrderColumn() {
    String name = settings.orderColumn();
    if (name == null) {
      return;
    }
    int ordinal = ordinalOf(name);
    if (ordinal == ABSENT) {
      throw new IllegalArgumentException(
          "The DataFrame has no column " + name + ", which the option orderColumn names");
    }
    DataType type = rows.fields()[ordinal].dataType();
    if (!UpsertOrdering.isOrderable(type)) {
      throw new IllegalArgumentException(
          "Column "
              + name
              + " cannot be the orderColumn: "
              + type.catalogString()
              + " has no order");
    }
  }

  private int ordinalOf(String name) {
    for (int i = 0; i < rows.length(); i++) {
      if (rows.fields()[i].name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return ABSENT;
  }

  /** The ordinal of each data column, then of each partition column; or ABSENT. */
  private int[] match(boolean byPartition) {
    int data = schema.columns().size();
    int[] all = new int[data + schema.partitionColumns().size()];
    Arrays.fill(all, ABSENT);
    for (int i = 0; i < rows.length(); i++) {
      String name = rows.fields()[i].name();
      int position = schema.indexOf(name);
      int partition = schema.partitionIndexOf(name);
      if (position < 0 && partition >= 0) {
        if (!byPartition) {
          throw new IllegalArgumentException(
              "Column "
                  + name
                  + " is a partition column: drop it from the DataFrame, or drop the option"
                  + " partition to write each row into its own partition");
        }
        position = data + partition;
      }
      if (position < 0) {
        if (i != operation && !name.equalsIgnoreCase(settings.orderColumn())) {
          throw unknown(name);
        }
        continue;
      }
      if (all[position] != ABSENT) {
        throw new IllegalArgumentException(
            "The DataFrame has the columns "
                + rows.fields()[all[position]].name()
                + " and "
                + name
                + ", which are one column of the table, because names are compared without regard"
                + " to case; drop one of them");
      }
      all[position] = i;
    }
    if (byPartition) {
      requirePartitionColumns(all);
    }
    return all;
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "Column "
            + name
            + " of the DataFrame is not a column of "
            + table
            + "; drop or rename it, or name it in operationColumn or orderColumn; the table has "
            + schema.columns().stream().map(Column::name).collect(Collectors.joining(", ")));
  }

  private void requirePartitionColumns(int[] all) {
    List<String> absent = new ArrayList<>();
    for (int i = schema.columns().size(); i < all.length; i++) {
      if (all[i] == ABSENT) {
        absent.add(schema.allColumns().get(i).name());
      }
    }
    if (!absent.isEmpty()) {
      throw new IllegalArgumentException(
          "Table "
              + table
              + " is partitioned: the DataFrame lacks "
              + String.join(", ", absent)
              + "; add what is missing, or name one partition with option(\"partition\", \""
              + schema.partitionColumns().stream()
                  .map(column -> column.name() + "=…")
                  .collect(Collectors.joining(","))
              + "\")");
    }
  }
}
