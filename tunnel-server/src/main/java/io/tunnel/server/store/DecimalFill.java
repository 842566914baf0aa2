package io.tunnel.server.store;

import io.tunnel.protocol.type.DecimalType;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.DecimalVector;

/** Decimals: DuckDB has them in 2, 4, 8 or 16 bytes, as their digits need, and Arrow in 16. */
final class DecimalFill implements VectorFill {
  private final int column;
  private final int width;
  private final DecimalVector vector;

  DecimalFill(int column, DecimalType type, DecimalVector vector) {
    this.column = column;
    this.vector = vector;
    int digits = type.arrowPrecision();
    width = digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) {
    long source = chunk.data(column) + (long) from * width;
    long valid = chunk.validity(column);
    long target = vector.getDataBuffer().memoryAddress() + (long) row * DecimalVector.TYPE_WIDTH;
    ValidityBits.copy(valid, from, vector.getValidityBuffer().memoryAddress(), row, count);
    for (int i = 0; i < count; i++, source += width, target += DecimalVector.TYPE_WIDTH) {
      if (ValidityBits.isSet(valid, from + i)) {
        long low =
            switch (width) {
              case 2 -> MemoryUtil.getShort(source);
              case 4 -> MemoryUtil.getInt(source);
              default -> MemoryUtil.getLong(source);
            };
        MemoryUtil.putLong(target, low);
        MemoryUtil.putLong(
            target + Long.BYTES, width == 16 ? MemoryUtil.getLong(source + Long.BYTES) : low >> 63);
      }
    }
  }
}
