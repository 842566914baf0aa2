package io.tunnel.server.store;

import java.sql.SQLException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/** A column whose values are the same bytes on both sides. */
class FixedWidthFill implements VectorFill {
  private final int column;
  private final BaseFixedWidthVector vector;
  private final int width;

  FixedWidthFill(int column, BaseFixedWidthVector vector) {
    this.column = column;
    this.vector = vector;
    width = vector.getTypeWidth();
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) throws SQLException {
    long source = chunk.data(column) + (long) from * width;
    long target = vector.getDataBuffer().memoryAddress() + (long) row * width;
    long valid = chunk.validity(column);
    MemoryUtil.copyMemory(source, target, (long) count * width);
    ValidityBits.copy(valid, from, vector.getValidityBuffer().memoryAddress(), row, count);
    if (valid != 0) {
      for (int i = 0; i < count; i++) {
        if (!ValidityBits.isSet(valid, from + i)) {
          // What is in DuckDB's memory there is anything.
          MemoryUtil.setMemory(target + (long) i * width, width, (byte) 0);
        }
      }
    }
    check(target, count);
  }

  /**
   * Looks at the values that were copied; where one is NULL stands 0.
   *
   * @param values the address of the first
   */
  void check(long values, int count) throws SQLException {}
}
