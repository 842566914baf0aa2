package io.tunnel.server.store;

import java.sql.SQLException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/** Texts, which stay the bytes that they are. */
final class TextFill implements VectorFill {
  /** A short text is copied as one piece of this size, whatever its length. */
  private static final int SHORT_BYTES = 16;

  private final TextColumn texts;
  private final BaseVariableWidthVector vector;

  TextFill(String name, int column, BaseVariableWidthVector vector) {
    texts = new TextColumn(name, column);
    this.vector = vector;
  }

  @Override
  public long bytes(ResultChunks chunk, int from, int count) {
    return texts.bytes(chunk, from, count);
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) throws SQLException {
    long valid = chunk.validity(texts.column());
    ValidityBits.copy(valid, from, vector.getValidityBuffer().memoryAddress(), row, count);
    long offset = vector.getOffsetBuffer().memoryAddress() + (long) row * Integer.BYTES;
    long end = MemoryUtil.getInt(offset);
    long target = vector.getDataBuffer().memoryAddress();
    long capacity = vector.getDataBuffer().capacity();
    long text = chunk.data(texts.column()) + (long) from * ResultChunks.TEXT_BYTES;
    for (int i = 0; i < count; i++, text += ResultChunks.TEXT_BYTES) {
      if (ValidityBits.isSet(valid, from + i)) {
        int length = texts.length(text);
        if (end + length + SHORT_BYTES > capacity) {
          grow(end + length + SHORT_BYTES);
          target = vector.getDataBuffer().memoryAddress();
          capacity = vector.getDataBuffer().capacity();
        }
        long source = ResultChunks.textAddress(text, length);
        if (length <= SHORT_BYTES - Integer.BYTES) {
          // It lies inside of its 16 bytes, behind the length; the next text overwrites the rest.
          MemoryUtil.putLong(target + end, MemoryUtil.getLong(source));
          MemoryUtil.putInt(target + end + Long.BYTES, MemoryUtil.getInt(source + Long.BYTES));
        } else {
          MemoryUtil.copyMemory(source, target + end, length);
        }
        end += length;
      }
      offset += Integer.BYTES;
      MemoryUtil.putInt(offset, (int) end);
    }
    vector.setLastSet(row + count - 1);
  }

  private void grow(long needed) {
    vector.reallocDataBuffer(Math.max(needed, 2 * vector.getDataBuffer().capacity()));
  }
}
