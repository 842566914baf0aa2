package io.tunnel.server.store;

import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.duckdb.DuckDBWritableVector;

/**
 * Copies texts into DuckDB, many at a time. Keeps the arrays between the ranges; used by one
 * thread.
 */
final class TextCopy implements ColumnCopy {
  /** What is handed over at once, unless a single text is longer. */
  private static final int PIECE_BYTES = 1 << 20;

  private byte[] bytes = new byte[PIECE_BYTES / 16];
  private long[] lengths = new long[0];

  @Override
  public void copy(FieldVector source, int from, DuckDBWritableVector target, int count) {
    BaseVariableWidthVector vector = (BaseVariableWidthVector) source;
    long data = vector.getDataBuffer().memoryAddress();
    long offsets = vector.getOffsetBuffer().memoryAddress() + (long) from * Integer.BYTES;
    boolean nulls = vector.getNullCount() > 0;
    int row = 0;
    while (row < count) {
      int first = row;
      int start = MemoryUtil.getInt(offsets + (long) first * Integer.BYTES);
      int end = start;
      do {
        row++;
        end = MemoryUtil.getInt(offsets + (long) row * Integer.BYTES);
      } while (row < count && end - start < PIECE_BYTES);
      if (nulls) {
        assignSome(vector, from, data, offsets, target, first, row);
      } else {
        reserve(end - start, row - first);
        MemoryUtil.copyFromMemory(data + start, bytes, 0, end - start);
        for (int i = first; i < row; i++) {
          lengths[i - first] = length(offsets, i);
        }
        assign(target, first, row, end - start);
      }
    }
  }

  /** Where something is NULL, which may have bytes in the source that must not count. */
  private void assignSome(
      BaseVariableWidthVector vector,
      int from,
      long data,
      long offsets,
      DuckDBWritableVector target,
      int first,
      int end) {
    int size = 0;
    for (int i = first; i < end; i++) {
      size += vector.isNull(from + i) ? 0 : length(offsets, i);
    }
    reserve(size, end - first);
    int position = 0;
    for (int i = first; i < end; i++) {
      if (vector.isNull(from + i)) {
        lengths[i - first] = DriverAccess.NULL_TEXT;
      } else {
        int length = length(offsets, i);
        long start = MemoryUtil.getInt(offsets + (long) i * Integer.BYTES);
        MemoryUtil.copyFromMemory(data + start, bytes, position, length);
        lengths[i - first] = length;
        position += length;
      }
    }
    assign(target, first, end, size);
  }

  private static int length(long offsets, int row) {
    long offset = offsets + (long) row * Integer.BYTES;
    return MemoryUtil.getInt(offset + Integer.BYTES) - MemoryUtil.getInt(offset);
  }

  private void reserve(int size, int rows) {
    if (bytes.length < size) {
      bytes = new byte[Math.max(size, (int) Math.min(PIECE_BYTES, 2L * bytes.length))];
    }
    if (lengths.length < rows) {
      lengths = new long[rows];
    }
  }

  private void assign(DuckDBWritableVector target, int first, int end, int size) {
    int rows = end - first;
    DriverAccess.assignTexts(
        target,
        first,
        bytes,
        // The driver takes as many texts as there are lengths.
        lengths.length == rows ? lengths : Arrays.copyOf(lengths, rows),
        size);
    if (bytes.length > PIECE_BYTES) {
      bytes = new byte[PIECE_BYTES];
    }
  }
}
