package io.tunnel.server.store;

import org.apache.arrow.memory.util.MemoryUtil;

/** Values of 8 bytes that Arrow has in a form of its own. */
final class LongRowFill implements VectorFill {
  private final int column;
  private final Setter setter;

  /** Sets a row, which is NULL before. */
  interface Setter {
    /** Sets it to a value. */
    void set(int row, long value);
  }

  LongRowFill(int column, Setter setter) {
    this.column = column;
    this.setter = setter;
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) {
    long source = chunk.data(column);
    long valid = chunk.validity(column);
    for (int i = 0; i < count; i++) {
      if (ValidityBits.isSet(valid, from + i)) {
        setter.set(row + i, MemoryUtil.getLong(source + (long) (from + i) * Long.BYTES));
      }
    }
  }
}
