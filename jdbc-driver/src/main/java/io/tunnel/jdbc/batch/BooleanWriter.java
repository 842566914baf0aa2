package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.arrow.OffHeapBuffer;
import io.tunnel.protocol.type.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Writes BOOLEAN, one bit each; writing a bit clears those behind it in its byte. */
final class BooleanWriter extends ColumnWriter {
  private final OffHeapBuffer bits;

  BooleanWriter(Column column, ValueConverter converter, BufferAllocator allocator) {
    super(column, converter, allocator);
    bits = new OffHeapBuffer(allocator);
  }

  private void putBit(int index, int bit) {
    long address = bits.address() + (index >>> 3);
    int place = index & 7;
    int before = MemoryUtil.getByte(address) & (1 << place) - 1;
    MemoryUtil.putByte(address, (byte) (before | bit << place));
  }

  @Override
  void putBoolean(int index, boolean value) {
    putBit(index, value ? 1 : 0);
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    putBoolean(index, converter.toBoolean(value));
  }

  @Override
  void putNull(int index) {
    putBit(index, 0);
  }

  @Override
  int slotBytes() {
    return 1;
  }

  @Override
  void reserveValues(int slots) {
    bits.reserve((slots + 7L) >>> 3);
  }

  @Override
  void collectValues(int count, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    clearBehind(bits, count);
    buffers.add(bits.forMessage());
  }

  @Override
  void resetValues() {}

  @Override
  void closeValues() {
    bits.close();
  }
}
