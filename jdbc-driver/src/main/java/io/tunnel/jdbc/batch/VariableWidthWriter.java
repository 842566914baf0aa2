package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.arrow.OffHeapBuffer;
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

  /** The address of the offsets. */
  private long ends;

  VariableWidthWriter(
      Column column, ValueConverter converter, BufferAllocator allocator, ByteCount count) {
    super(column, converter, allocator);
    this.count = count;
    offsets = new OffHeapBuffer(allocator);
    values = new OffHeapBuffer(allocator);
  }

  /** Where the value begins within the bytes of the column: behind the one before it. */
  final int start(int index) {
    return MemoryUtil.getInt(ends + ((long) index << 2));
  }

  /**
   * The address for so many bytes of a value; {@link #putEnd} ends it.
   *
   * @throws ValueException if no field can hold so many
   */
  final long room(int start, int bytes) throws ValueException {
    long end = start + (long) bytes;
    if (bytes > TypeDescription.MAX_FIELD_BYTES || end > values.capacity()) {
      reserveBytes(bytes, end);
    }
    return values.address() + start;
  }

  private void reserveBytes(int bytes, long end) throws ValueException {
    if (bytes > TypeDescription.MAX_FIELD_BYTES) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has " + bytes + " bytes, a field holds " + TypeDescription.MAX_FIELD_BYTES);
    }
    if (end > Integer.MAX_VALUE) {
      throw new ValueException(
          ValueException.TOO_LONG, "with it the values of one row exceed 2 GiB");
    }
    values.reserve(end);
  }

  final void putEnd(int index, int start, int bytes) {
    MemoryUtil.putInt(ends + ((index + 1L) << 2), start + bytes);
    count.bytes += bytes;
  }

  @Override
  final int slotBytes() {
    return Integer.BYTES;
  }

  @Override
  final void reserveValues(int slots) {
    offsets.reserve((slots + 1L) << 2);
    ends = offsets.address();
    MemoryUtil.putInt(ends, 0);
  }

  @Override
  final void putNull(int index) {
    putEnd(index, start(index), 0);
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
