package io.tunnel.jdbc.result;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that lie on the heap in natural form: metadata, elements of arrays, texts of commands. */
public final class HeapCursor implements Cursor {
  private final List<Column> columns;
  private final List<@Nullable Object[]> rows;
  private final Accessor[] accessors;
  private int row = -1;

  /** Creates a cursor before the first row. */
  public HeapCursor(List<Column> columns, List<@Nullable Object[]> rows, ValueConverter converter) {
    this.columns = List.copyOf(columns);
    this.rows = List.copyOf(rows);
    this.accessors = new Accessor[columns.size()];
    for (int i = 0; i < accessors.length; i++) {
      accessors[i] = new HeapAccessor(converter, this.rows, i);
    }
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public boolean next() {
    row = Math.min(row + 1, rows.size());
    return row < rows.size();
  }

  @Override
  public boolean isLast() {
    return row >= 0 && row == rows.size() - 1;
  }

  @Override
  public int row() {
    return row;
  }

  @Override
  public Accessor accessor(int column) {
    return accessors[column];
  }

  @Override
  public void setFetchSize(int count) {
    // Everything is here already.
  }

  @Override
  public void close() {
    // Nothing but heap memory.
  }

  private static final class HeapAccessor extends Accessor {
    private final List<@Nullable Object[]> rows;
    private final int column;

    HeapAccessor(ValueConverter converter, List<@Nullable Object[]> rows, int column) {
      super(converter);
      this.rows = rows;
      this.column = column;
    }

    @Override
    public boolean isNull(int row) {
      return rows.get(row)[column] == null;
    }

    @Override
    public Object natural(int row) {
      return java.util.Objects.requireNonNull(rows.get(row)[column]);
    }
  }
}
