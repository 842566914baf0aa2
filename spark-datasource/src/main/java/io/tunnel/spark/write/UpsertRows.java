package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.row.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a DataFrame in a write by primary key: what of them is written, and what a row says
 * about its operation and its partition.
 */
final class UpsertRows {
  private static final UTF8String UPSERT = UTF8String.fromString("U");
  private static final UTF8String DELETE = UTF8String.fromString("D");

  /** The longest text or binary value (specification: regular tunnel, section 2.8). */
  private static final int MOST_FIELD_BYTES = 8 * 1024 * 1024;

  private final TableName table;
  private final UpsertSettings settings;
  private final StructType rows;
  private final TableSchema written;
  private final int[] ordinals;
  private final List<String> keyNames;
  private final int[] keys;
  private final @Nullable PartitionValues partitionValues;
  private final int[] partitions;
  private final int operation;
  private final int[] notNull;
  private final List<String> missing;

  /**
   * Matches the columns.
   *
   * @param schema the columns of the table
   * @param keyNames the columns of its primary key
   * @param byPartition whether each row tells its partition
   * @throws IllegalArgumentException if a column is unknown, missing, there twice, or of a type
   *     that does not fit; the message names it
   */
  UpsertRows(
      TableName table,
      TableSchema schema,
      List<String> keyNames,
      boolean byPartition,
      UpsertSettings settings,
      StructType rows) {
    this.table = table;
    this.settings = settings;
    this.rows = rows;
    this.keyNames = keyNames;
    if (keyNames.isEmpty()) {
      throw new IllegalArgumentException(
          "Table "
              + table
              + " has no primary key, so that rows can only be added: drop the option writeMode and"
              + " append");
    }
    UpsertColumns found = new UpsertColumns(table, schema, byPartition, settings, rows);
    operation = found.operation();
    keys = keyNames.stream().mapToInt(key -> found.data(schema.indexOf(key))).toArray();
    requireKeys();
    List<Column> columns = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    List<Integer> required = new ArrayList<>();
    missing = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.columns().get(i);
      boolean isKey = isKey(column.name());
      if (!isKey && settings.mode() == WriteMode.DELETE) {
        continue;
      }
      if (found.data(i) == UpsertColumns.ABSENT) {
        missing.add(column.name());
        continue;
      }
      if (isKey) {
        columns.add(column.notNull());
      } else if (operation == UpsertColumns.ABSENT || column.nullable()) {
        columns.add(column);
      } else {
        // A row that is deleted need not have the value.
        columns.add(Column.of(column.name(), column.type()));
        required.add(found.data(i));
      }
      places.add(found.data(i));
    }
    written = new TableSchema(columns, List.of());
    ordinals = toArray(places);
    notNull = toArray(required);
    partitions = byPartition ? found.partitions() : new int[0];
    partitionValues =
        byPartition ? new PartitionValues(schema.partitionColumns(), partitions, rows) : null;
    requirePartialUpdatePossible();
  }

  private void requireKeys() {
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == UpsertColumns.ABSENT) {
        absent.add(keyNames.get(i));
      }
    }
    if (!absent.isEmpty()) {
      throw new IllegalArgumentException(
          "The DataFrame lacks "
              + String.join(", ", absent)
              + " of the primary key of "
              + table
              + ": every row needs its whole key");
    }
  }

  private void requirePartialUpdatePossible() {
    if (!missing.isEmpty() && written.columns().size() == keys.length) {
      throw new IllegalArgumentException(
          "The DataFrame has only the primary key of "
              + table
              + ": add the columns to write, at least one of "
              + String.join(", ", missing));
    }
  }

  private boolean isKey(String name) {
    return keyNames.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static int[] toArray(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Ordinals of the key columns. */
  int[] keys() {
    return keys.clone();
  }

  /** The key columns, as the table has them. */
  List<Column> keyColumns() {
    return keyNames.stream().map(key -> written.columns().get(written.indexOf(key))).toList();
  }

  /** Spark's types of the key columns. */
  List<DataType> keyTypes() {
    return Arrays.stream(keys).mapToObj(key -> rows.fields()[key].dataType()).toList();
  }

  /** Ordinals of the partition columns; none if the rows do not tell their partition. */
  int[] partitions() {
    return partitions.clone();
  }

  /**
   * What a row does, as the code on the wire.
   *
   * @throws IllegalArgumentException if it is NULL or neither U nor D
   */
  byte operation(InternalRow row) {
    if (operation == UpsertColumns.ABSENT) {
      return settings.mode() == WriteMode.DELETE
          ? UpsertOperation.DELETE.code()
          : UpsertOperation.UPSERT.code();
    }
    UTF8String text = row.isNullAt(operation) ? null : row.getUTF8String(operation);
    if (UPSERT.equals(text)) {
      return UpsertOperation.UPSERT.code();
    }
    if (!DELETE.equals(text)) {
      throw new IllegalArgumentException(
          "Column "
              + rows.fields()[operation].name()
              + ": "
              + (text == null ? "NULL" : "\"" + text + "\"")
              + " is no operation; 'U' inserts or updates the row and 'D' deletes it");
    }
    return UpsertOperation.DELETE.code();
  }

  /** Checks that a row that is not deleted has the values that the table demands. */
  void requireValues(InternalRow row) {
    for (int ordinal : notNull) {
      if (row.isNullAt(ordinal)) {
        throw new IllegalArgumentException(
            "Column "
                + rows.fields()[ordinal].name()
                + ": NULL cannot be written because the column is NOT NULL; filter such rows or"
                + " give them a value");
      }
    }
  }

  /**
   * The partition that a row tells, or null if rows do not tell theirs.
   *
   * @throws IllegalArgumentException if a value is NULL or cannot name a partition
   */
  @Nullable PartitionSpec partition(InternalRow row) {
    return partitionValues == null ? null : partitionValues.of(row);
  }

  /**
   * The columns as a session takes them.
   *
   * @throws TunnelException if columns are missing and the table does not allow partial updates
   */
  UpsertLayout layout(UpsertSession session) throws TunnelException {
    List<String> names = written.columns().stream().map(Column::name).toList();
    UpsertLayout layout = session.layout().bringing(names);
    if (missing.isEmpty()) {
      return layout;
    }
    if (!session.allowsPartialUpdates()) {
      throw TunnelException.of(
          "PartialUpdateNotAllowed",
          "The DataFrame lacks "
              + String.join(", ", missing)
              + ", and "
              + table
              + " does not allow partial updates: add the columns, or set the table property"
              + " acid.partial.fields.update.enable to true");
    }
    return layout.updating(names.stream().filter(name -> !isKey(name)).toList());
  }

  /** A batch for the columns that are written; takes no memory before the first row. */
  RowBatch batch(BufferAllocator allocator) {
    return new RowBatch(written, rows, ordinals, allocator, MOST_FIELD_BYTES);
  }

  /** For plans: what of the row is written. */
  String describe() {
    String what = settings.mode().name().toLowerCase(Locale.ROOT);
    return (missing.isEmpty() ? what : "partial " + what)
        + (operation == UpsertColumns.ABSENT
            ? ""
            : " and delete by " + rows.fields()[operation].name());
  }
}
