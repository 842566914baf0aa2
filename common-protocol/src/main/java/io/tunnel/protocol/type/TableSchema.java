package io.tunnel.protocol.type;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a table in wire order, and its partition columns, which are never part of a body.
 *
 * @param columns data columns
 * @param partitionColumns partition columns from the outer to the inner level; empty if none
 */
public record TableSchema(List<Column> columns, List<Column> partitionColumns) {
  /** Copies the lists. */
  public TableSchema {
    columns = List.copyOf(columns);
    partitionColumns = List.copyOf(partitionColumns);
  }

  /** A schema without partition columns. */
  public static TableSchema of(Column... columns) {
    return new TableSchema(List.of(columns), List.of());
  }

  /** Whether rows live in partitions. */
  public boolean isPartitioned() {
    return !partitionColumns.isEmpty();
  }

  /** The position of a data column, names compared without regard to case; -1 if there is none. */
  public int indexOf(String name) {
    return indexOf(columns, name);
  }

  /** The position of a partition column, names compared without regard to case; -1 if none. */
  public int partitionIndexOf(String name) {
    return indexOf(partitionColumns, name);
  }

  /** Data columns, then partition columns: the shape of {@code SELECT *}. */
  public List<Column> allColumns() {
    List<Column> all = new ArrayList<>(columns);
    all.addAll(partitionColumns);
    return List.copyOf(all);
  }

  /** The Arrow schema of a body with all data columns, in wire form. */
  public Schema arrowSchema() {
    return ArrowMapping.schema(columns, ArrowMapping.Form.WIRE);
  }

  private static int indexOf(List<Column> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }
}
