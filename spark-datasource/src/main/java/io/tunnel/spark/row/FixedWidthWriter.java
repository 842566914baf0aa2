package io.tunnel.spark.row;

import io.tunnel.protocol.arrow.OffHeapBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.unsafe.Platform;

/**
 * Values of one width, in slots side by side. The slot of a NULL is zero, so that no bytes of an
 * earlier batch travel.
 */
abstract class FixedWidthWriter extends ColumnWriter {
  private final int width;
  private final OffHeapBuffer values;

  FixedWidthWriter(Target target, BufferAllocator allocator, int width) {
    super(target, allocator);
    this.width = width;
    values = new OffHeapBuffer(allocator);
  }

  /** The address of the first slot. */
  final long base() {
    return values.address();
  }

  @Override
  final int slotBytes() {
    return width;
  }

  @Override
  final void putNull(int index) {
    Platform.setMemory(values.address() + (long) index * width, (byte) 0, width);
  }

  @Override
  final void reserve(int slots) {
    values.reserve((long) slots * width);
  }

  @Override
  final void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    buffers.add(values.forMessage());
  }

  @Override
  final void resetValues() {}

  @Override
  final void closeValues() {
    values.close();
  }
}
