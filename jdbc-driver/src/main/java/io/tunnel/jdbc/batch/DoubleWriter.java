package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes DOUBLE. */
final class DoubleWriter extends FixedWidthWriter {

  DoubleWriter(Column column, ValueConverter converter, BufferAllocator allocator) {
    super(column, converter, allocator, Double.BYTES);
  }

  @Override
  void putDouble(int index, double value) {
    MemoryUtil.putLong(slot(index), Double.doubleToRawLongBits(value));
  }

  @Override
  void putFloat(int index, float value) {
    putDouble(index, value);
  }

  @Override
  void putLong(int index, long value) {
    putDouble(index, value);
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    putDouble(index, converter.toDouble(value));
  }
}
