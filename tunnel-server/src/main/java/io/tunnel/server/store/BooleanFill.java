package io.tunnel.server.store;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BitVector;

/** Booleans: DuckDB has them in bytes, Arrow in bits. */
final class BooleanFill implements VectorFill {
  private final int column;
  private final BitVector vector;

  BooleanFill(int column, BitVector vector) {
    this.column = column;
    this.vector = vector;
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) {
    long source = chunk.data(column);
    long valid = chunk.validity(column);
    long target = vector.getDataBuffer().memoryAddress();
    ValidityBits.copy(valid, from, vector.getValidityBuffer().memoryAddress(), row, count);
    for (int i = 0; i < count; i++) {
      if (ValidityBits.isSet(valid, from + i) && MemoryUtil.getByte(source + from + i) != 0) {
        ValidityBits.set(target, row + i);
      }
    }
  }
}
