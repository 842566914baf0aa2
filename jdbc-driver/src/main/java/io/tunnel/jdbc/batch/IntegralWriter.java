package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueConverter.Fraction;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes TINYINT, SMALLINT, INT and BIGINT. */
final class IntegralWriter extends FixedWidthWriter {
  private final int width;
  private final long min;
  private final long max;

  /**
   * Creates a writer.
   *
   * @param width of a slot, in bytes
   */
  IntegralWriter(Column column, ValueConverter converter, BufferAllocator allocator, int width) {
    super(column, converter, allocator, width);
    this.width = width;
    max = Long.MAX_VALUE >> (Long.SIZE - width * Byte.SIZE);
    // BIGINT has no -2^63 (specification: regular tunnel, section 4.2.2).
    min = width == Long.BYTES ? -max : -max - 1;
  }

  private void put(int index, long value) {
    long slot = slot(index);
    switch (width) {
      case Byte.BYTES -> MemoryUtil.putByte(slot, (byte) value);
      case Short.BYTES -> MemoryUtil.putShort(slot, (short) value);
      case Integer.BYTES -> MemoryUtil.putInt(slot, (int) value);
      default -> MemoryUtil.putLong(slot, value);
    }
  }

  @Override
  void write(int index, Cells cells, int cell) throws ValueException {
    if (cells.kind(cell) == Cells.LONG) {
      putLong(index, cells.longValue(cell));
    } else {
      super.write(index, cells, cell);
    }
  }

  @Override
  void putLong(int index, long value) throws ValueException {
    if (value < min || value > max) {
      throw ValueConverter.outOfRange(min, max);
    }
    put(index, value);
  }

  @Override
  void putBoolean(int index, boolean value) {
    put(index, value ? 1 : 0);
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    put(index, converter.toIntegral(value, min, max, Fraction.REFUSE));
  }
}
