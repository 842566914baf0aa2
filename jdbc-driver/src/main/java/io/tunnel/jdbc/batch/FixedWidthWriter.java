package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.arrow.OffHeapBuffer;
import io.tunnel.protocol.type.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Values of one width, in slots side by side. The slot of a NULL is zero, so that no bytes of an
 * earlier batch travel.
 */
abstract class FixedWidthWriter extends ColumnWriter {
  private final int width;
  private final OffHeapBuffer values;

  /** The address of the first slot. */
  private long base;

  FixedWidthWriter(Column column, ValueConverter converter, BufferAllocator allocator, int width) {
    super(column, converter, allocator);
    this.width = width;
    values = new OffHeapBuffer(allocator);
  }

  /** The address of a slot. */
  final long slot(int index) {
    return base + (long) index * width;
  }

  @Override
  final int slotBytes() {
    return width;
  }

  @Override
  final void reserveValues(int slots) {
    values.reserve((long) slots * width);
    base = values.address();
  }

  @Override
  final void putNull(int index) {
    long slot = slot(index);
    for (int i = 0; i < width; i++) {
      MemoryUtil.putByte(slot + i, (byte) 0);
    }
  }

  @Override
  final void collectValues(int count, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    buffers.add(values.forMessage());
  }

  @Override
  final void resetValues() {}

  @Override
  final void closeValues() {
    values.close();
  }
}
