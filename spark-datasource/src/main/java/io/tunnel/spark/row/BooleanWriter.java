package io.tunnel.spark.row;

import io.tunnel.protocol.arrow.OffHeapBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;

/** BOOLEAN, one bit each; the first value of a byte clears the byte. */
final class BooleanWriter extends ColumnWriter {
  private final OffHeapBuffer bits;

  BooleanWriter(Target target, BufferAllocator allocator) {
    super(target, allocator);
    bits = new OffHeapBuffer(allocator);
  }

  @Override
  void put(int index, SpecializedGetters row, int ordinal) {
    putBit(index, row.getBoolean(ordinal) ? 1 : 0);
  }

  @Override
  void putNull(int index) {
    putBit(index, 0);
  }

  private void putBit(int index, int bit) {
    long address = bits.address() + (index >>> 3);
    int before = (index & 7) == 0 ? 0 : Platform.getByte(null, address);
    Platform.putByte(null, address, (byte) (before | bit << (index & 7)));
  }

  @Override
  int slotBytes() {
    return 1;
  }

  @Override
  void reserve(int slots) {
    bits.reserve((slots + 7L) >>> 3);
  }

  @Override
  void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    buffers.add(bits.forMessage());
  }

  @Override
  void resetValues() {}

  @Override
  void closeValues() {
    bits.close();
  }
}
