package io.tunnel.jdbc.result;

import io.tunnel.protocol.type.Column;
import java.sql.SQLException;
import java.util.List;

/**
 * A forward-only way through rows. One thread moves and reads; {@link #close()} is idempotent and
 * gives back all memory and connections.
 */
public interface Cursor extends AutoCloseable {
  /** The columns. */
  List<Column> columns();

  /**
   * Moves to the next row.
   *
   * @return false behind the last row
   * @throws SQLException if rows are missing: a result is complete or fails
   */
  boolean next() throws SQLException;

  /** Whether the current row is the last one. */
  boolean isLast();

  /** The position of the current row for {@link Accessor}. */
  int row();

  /** The accessor of a column, counted from 0; valid until the next call of {@link #next()}. */
  Accessor accessor(int column);

  /** The most rows that are fetched at once from now on; 0 leaves it to the driver. */
  void setFetchSize(int rows);

  /** An implementation of the given interface, if this cursor has one, else null. */
  default <T> @org.jspecify.annotations.Nullable T unwrap(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }

  @Override
  void close();
}
