package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes FLOAT. */
final class FloatWriter extends FixedWidthWriter {

  FloatWriter(Column column, ValueConverter converter, BufferAllocator allocator) {
    super(column, converter, allocator, Float.BYTES);
  }

  @Override
  void putFloat(int index, float value) {
    MemoryUtil.putInt(slot(index), Float.floatToRawIntBits(value));
  }

  @Override
  void putLong(int index, long value) {
    putFloat(index, value);
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    putFloat(index, converter.toFloat(value));
  }
}
