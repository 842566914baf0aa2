package io.tunnel.server.store;

import java.sql.SQLException;

/**
 * A column of texts in a DuckDB result.
 *
 * @param name its name, for messages
 * @param column its number, from 0
 */
record TextColumn(String name, int column) {
  private static final long MIB = 1L << 20;

  /** The longest value that can pass at all: readers and writers have it on the heap twice. */
  private static final long VALUE_BYTES =
      Math.max(32 * MIB, Math.min(512 * MIB, Runtime.getRuntime().maxMemory() / 8));

  /** The length of all texts of some rows. */
  long bytes(ResultChunks chunk, int from, int count) {
    long valid = chunk.validity(column);
    long text = chunk.data(column) + (long) from * ResultChunks.TEXT_BYTES;
    long bytes = 0;
    for (int i = 0; i < count; i++, text += ResultChunks.TEXT_BYTES) {
      if (ValidityBits.isSet(valid, from + i)) {
        bytes += ResultChunks.textLength(text);
      }
    }
    return bytes;
  }

  /**
   * The length of the text at this address, which is not NULL.
   *
   * @throws SQLException if it is too long to pass
   */
  int length(long text) throws SQLException {
    int length = ResultChunks.textLength(text);
    if (length > VALUE_BYTES) {
      throw new SQLException(
          "Column " + name + ": a value has more than " + VALUE_BYTES + " bytes");
    }
    return length;
  }
}
