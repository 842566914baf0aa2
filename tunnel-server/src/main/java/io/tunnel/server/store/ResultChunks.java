package io.tunnel.server.store;

import java.sql.SQLException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBPreparedStatement;

/**
 * The result of a query as DuckDB's own vectors, up to 2048 rows at a time, while the query goes
 * on. Nothing of it is on the Java heap. Used by one thread, and closed before its connection.
 *
 * <p>A vector is plain memory: values of a fixed width one behind the other, and texts as the 16
 * bytes of {@code duckdb_string_t} in the header of DuckDB's C interface, which are the length and
 * either up to 12 bytes or, behind 4 of them, the address of all.
 */
final class ResultChunks implements AutoCloseable {
  static final int TEXT_BYTES = 16;
  private static final int INLINE_BYTES = 12;
  private static final int INLINE_OFFSET = Integer.BYTES;
  private static final int ADDRESS_OFFSET = 8;

  private final DuckDBPreparedStatement statement;
  private final DuckDBChunkedResult result;

  private ResultChunks(DuckDBPreparedStatement statement, DuckDBChunkedResult result) {
    this.statement = statement;
    this.result = result;
  }

  /** Begins a query, whose columns are numbers, booleans, dates, times, decimals or texts. */
  static ResultChunks open(DuckDBConnection connection, String sql) throws SQLException {
    DuckDBPreparedStatement statement = connection.prepare(sql);
    try {
      return new ResultChunks(statement, statement.query());
    } catch (SQLException | RuntimeException | Error e) {
      try (statement) {
        throw e;
      }
    }
  }

  /**
   * Goes to the next rows, which are never none; what the vectors were is gone.
   *
   * @throws SQLException if the query has failed or was interrupted
   */
  boolean next() throws SQLException {
    while (result.nextChunk()) {
      if (rows() > 0) {
        return true;
      }
    }
    DriverAccess.requireComplete(result);
    return false;
  }

  /** The number of rows. */
  int rows() {
    return (int) chunk().rowCount();
  }

  /** The address of the values of a column, from 0. */
  long data(int column) {
    return DriverAccess.data(chunk().vector(column));
  }

  /** The address of the validity bits of a column, from 0; 0 if nothing is NULL. */
  long validity(int column) {
    return DriverAccess.validity(chunk().vector(column));
  }

  private DuckDBDataChunkReader chunk() {
    return result.chunk();
  }

  /** The number of bytes of a text. */
  static int textLength(long text) {
    return MemoryUtil.getInt(text);
  }

  /** Where the bytes of a text of this length are. */
  static long textAddress(long text, int length) {
    return length <= INLINE_BYTES
        ? text + INLINE_OFFSET
        : MemoryUtil.getLong(text + ADDRESS_OFFSET);
  }

  /** A text of this length in a byte array. */
  static byte[] textBytes(long text, int length) {
    byte[] bytes = new byte[length];
    MemoryUtil.copyFromMemory(textAddress(text, length), bytes, 0, length);
    return bytes;
  }

  @Override
  public void close() throws SQLException {
    try (statement) {
      result.close();
    }
  }
}
