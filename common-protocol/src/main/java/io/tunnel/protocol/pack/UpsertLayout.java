package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PrimitiveType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which columns the rows of an upsert session have: those of the table with its key, those that the
 * batches bring, and those that an update writes (specification: upsert, section 3.1). Immutable.
 */
public final class UpsertLayout {
  // Fields behind the data columns.
  static final int VERSION = 1;
  static final int APP_VERSION = 2;
  static final int OPERATION = 3;
  static final int KEY_COLUMNS = 4;
  static final int VALUE_COLUMNS = 5;

  private final List<Column> columns;
  private final int[] keys;
  private final long[] ids;
  private final int[] batchColumns;
  private final int[] updated;

  private UpsertLayout(
      List<Column> columns, int[] keys, long[] ids, int[] batchColumns, int[] updated) {
    this.columns = columns;
    this.keys = keys;
    this.ids = ids;
    this.batchColumns = batchColumns;
    this.updated = updated;
  }

  /**
   * The layout of whole rows.
   *
   * @param columns the data columns of the table
   * @param keys the names of the key columns
   * @param ids the {@code column_id} of each column
   * @throws IllegalArgumentException if a key is not among the columns, or there is none
   */
  public static UpsertLayout of(List<Column> columns, List<String> keys, List<Long> ids) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "The table has no primary key, so that rows can only be inserted: use INSERT");
    }
    if (ids.size() != columns.size()) {
      throw new IllegalArgumentException(
          "There are " + ids.size() + " column ids for " + columns.size() + " columns");
    }
    List<Column> copy = List.copyOf(columns);
    return new UpsertLayout(
        copy,
        positions(copy, keys),
        ids.stream().mapToLong(Long::longValue).toArray(),
        IntStream.range(0, copy.size()).toArray(),
        new int[0]);
  }

  /**
   * The same for batches that have only these columns, in this order. Columns that they lack become
   * NULL in new rows, and in rows that are there unless {@link #updating} says otherwise.
   *
   * @throws IllegalArgumentException if a column is unknown or named twice, or a key is missing
   */
  public UpsertLayout bringing(List<String> names) {
    int[] positions = positions(columns, names);
    for (int key : keys) {
      if (indexOf(positions, key) < 0) {
        throw new IllegalArgumentException(
            "Column " + columns.get(key).name() + " is missing: every row needs its whole key");
      }
    }
    return new UpsertLayout(columns, keys, ids, positions, updated);
  }

  /**
   * The same for partial updates: only these columns are written, all others keep what they have.
   *
   * @param names columns of the batches outside of the key, at least one
   * @throws IllegalArgumentException if a column is unknown, named twice, part of the key, or not
   *     among those of the batches
   */
  public UpsertLayout updating(List<String> names) {
    int[] positions = positions(columns, names);
    if (positions.length == 0) {
      throw new IllegalArgumentException("A partial update needs at least one column");
    }
    for (int position : positions) {
      String name = columns.get(position).name();
      if (indexOf(keys, position) >= 0) {
        throw new IllegalArgumentException(
            "Column "
                + name
                + " is part of the primary key, which an update cannot change: delete the row and"
                + " insert another one");
      }
      if (indexOf(batchColumns, position) < 0) {
        throw new IllegalArgumentException("Column " + name + " is not among those of the batches");
      }
    }
    return new UpsertLayout(columns, keys, ids, batchColumns, positions);
  }

  /** The data columns of the table. */
  public List<Column> columns() {
    return columns;
  }

  /** The positions of the key columns in the table. */
  public int[] keys() {
    return keys.clone();
  }

  /** The key columns. */
  public List<Column> keyColumns() {
    return Arrays.stream(keys).mapToObj(columns::get).toList();
  }

  /** Whether only some columns are written. */
  public boolean isPartial() {
    return updated.length > 0;
  }

  /** Whether rows of this layout can be written where that layout is expected. */
  public boolean isOfSameTable(UpsertLayout other) {
    return columns.equals(other.columns)
        && Arrays.equals(keys, other.keys)
        && Arrays.equals(ids, other.ids);
  }

  /** The column of the table for each column of a batch. */
  int[] batchColumns() {
    return batchColumns;
  }

  /** Where the key columns are in a batch. */
  int[] keysInBatch() {
    return Arrays.stream(keys).map(key -> indexOf(batchColumns, key)).toArray();
  }

  /** Whether a column is sent. */
  boolean isSent(int position) {
    return updated.length == 0 || indexOf(keys, position) >= 0 || indexOf(updated, position) >= 0;
  }

  /** The ids of the columns that an update writes, in the caller's order; none means all. */
  long[] updatedIds() {
    return Arrays.stream(updated).mapToLong(position -> ids[position]).toArray();
  }

  /** The column with this id; -1 if there is none. */
  int positionOfId(long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /** All columns of a record. */
  List<Column> recordColumns() {
    List<Column> all = new ArrayList<>(columns);
    ArrayType ids = new ArrayType(PrimitiveType.BIGINT);
    all.add(Column.of("__version", PrimitiveType.BIGINT));
    all.add(Column.of("__app_version", PrimitiveType.BIGINT));
    all.add(Column.of("__operation", PrimitiveType.TINYINT));
    all.add(Column.of("__key_cols", ids));
    all.add(Column.of("__value_cols", ids));
    return all;
  }

  private static int[] positions(List<Column> columns, List<String> names) {
    int[] positions = new int[names.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position(columns, names.get(i));
      for (int j = 0; j < i; j++) {
        if (positions[j] == positions[i]) {
          throw new IllegalArgumentException("Column " + names.get(i) + " is named twice");
        }
      }
    }
    return positions;
  }

  private static int position(List<Column> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "Column "
            + name
            + " does not exist; the table has "
            + columns.stream().map(Column::name).collect(Collectors.joining(", ")));
  }

  private static int indexOf(int[] array, int value) {
    for (int i = 0; i < array.length; i++) {
      if (array[i] == value) {
        return i;
      }
    }
    return -1;
  }
}
