package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Texts and bytes: the values one after the other, and where each of them ends. */
abstract class VariableWidthWriter extends ColumnWriter {
  private final ByteCount count;
  private final OffHeapBuffer offsets;
  private final OffHeapBuffer values;

  VariableWidthWriter(
      Column column, ValueConverter converter, BufferAllocator allocator, ByteCount count) {
    super(column, converter, allocator);
    this.count = count;
    offsets = new OffHeapBuffer(allocator);
    values = new OffHeapBuffer(allocator);
  }

  /**
   * The address for so many bytes of a value; {@link #putEnd} ends it.
   *
   * @throws ValueException if no field can hold so many
   */
  final long room(int index, int bytes) throws ValueException {
    if (bytes > TypeDescription.MAX_FIELD_BYTES) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has " + bytes + " bytes, a field holds " + TypeDescription.MAX_FIELD_BYTES);
    }
    int start = start(index);
    if (start + (long) bytes > values.capacity()) {
      reserveBytes(start + (long) bytes);
    }
    return values.address() + start;
  }

  private void reserveBytes(long bytes) throws ValueException {
    if (bytes > Integer.MAX_VALUE) {
      throw new ValueException(
          ValueException.TOO_LONG, "with it the values of one row exceed 2 GiB");
    }
    values.reserve(bytes);
  }

  final void putEnd(int index, int bytes) {
    MemoryUtil.putInt(offset(index + 1), start(index) + bytes);
    count.bytes += bytes;
  }

  private int start(int index) {
    return MemoryUtil.getInt(offset(index));
  }

  private long offset(int index) {
    return offsets.address() + ((long) index << 2);
  }

  @Override
  final int slotBytes() {
    return Integer.BYTES;
  }

  @Override
  final void reserveValues(int slots) {
    offsets.reserve((slots + 1L) << 2);
    MemoryUtil.putInt(offsets.address(), 0);
  }

  @Override
  final void putNull(int index) {
    putEnd(index, 0);
  }

  @Override
  final void collectValues(int rows, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    buffers.add(offsets.forMessage());
    buffers.add(values.forMessage());
  }

  @Override
  final void resetValues() {
    if (values.isOversized()) {
      values.close();
    }
  }

  @Override
  final void closeValues() {
    offsets.close();
    values.close();
  }
}
