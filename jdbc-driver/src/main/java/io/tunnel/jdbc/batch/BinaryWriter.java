package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes BINARY. */
final class BinaryWriter extends VariableWidthWriter {

  BinaryWriter(
      Column column, ValueConverter converter, BufferAllocator allocator, ByteCount count) {
    super(column, converter, allocator, count);
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    byte[] bytes = ValueConverter.toBytes(value);
    int start = start(index);
    MemoryUtil.copyToMemory(bytes, 0, room(start, bytes.length), bytes.length);
    putEnd(index, start, bytes.length);
  }
}
