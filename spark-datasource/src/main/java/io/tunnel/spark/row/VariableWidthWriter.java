package io.tunnel.spark.row;

import io.tunnel.protocol.arrow.OffHeapBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Text and bytes, copied from the row's memory to the column's in one step. */
final class VariableWidthWriter extends ColumnWriter {
  private final boolean text;
  private final int maxCharacters;
  private final int maxBytes;
  private final BatchBytes batch;
  private final OffHeapBuffer offsets;
  private final OffHeapBuffer values;
  private long end;

  /**
   * @param text whether the column is text rather than bytes
   * @param maxCharacters the length of a CHAR or VARCHAR, else {@link Integer#MAX_VALUE}
   * @param maxBytes the most that the service takes in one value
   */
  VariableWidthWriter(
      Target target,
      BufferAllocator allocator,
      BatchBytes batch,
      boolean text,
      int maxCharacters,
      int maxBytes) {
    super(target, allocator);
    this.text = text;
    this.maxCharacters = maxCharacters;
    this.maxBytes = maxBytes;
    this.batch = batch;
    offsets = new OffHeapBuffer(allocator);
    values = new OffHeapBuffer(allocator);
  }

  @Override
  void put(int index, SpecializedGetters row, int ordinal) {
    if (row instanceof UnsafeRow unsafe) {
      // The slot holds offset and size of the bytes within the row.
      long offsetAndSize = unsafe.getLong(ordinal);
      append(
          index,
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + (offsetAndSize >>> 32),
          (int) offsetAndSize);
    } else if (text) {
      UTF8String value = row.getUTF8String(ordinal);
      append(index, value.getBaseObject(), value.getBaseOffset(), value.numBytes());
    } else {
      byte[] value = row.getBinary(ordinal);
      append(index, value, Platform.BYTE_ARRAY_OFFSET, value.length);
    }
  }

  private void append(int index, Object base, long offset, int length) {
    if (length > maxCharacters) {
      checkCharacters(base, offset, length);
    }
    if (length > maxBytes) {
      throw refused(
          "a value of " + length + " bytes", "is longer than the service takes: " + maxBytes);
    }
    long start = end;
    end += length;
    if (end > values.capacity()) {
      reserveBytes();
    }
    Platform.copyMemory(base, offset, null, values.address() + start, length);
    putEnd(index);
    batch.add(length);
  }

  private void reserveBytes() {
    if (end > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Column "
              + target().path()
              + ": the values of one row exceed the 2 GiB of an Arrow batch");
    }
    values.reserve(end);
  }

  private void checkCharacters(Object base, long offset, int length) {
    int characters = 0;
    for (int i = 0; i < length; i++) {
      if ((Platform.getByte(base, offset + i) & 0xc0) != 0x80) {
        characters++;
      }
    }
    if (characters > maxCharacters) {
      byte[] bytes = new byte[length];
      Platform.copyMemory(base, offset, bytes, Platform.BYTE_ARRAY_OFFSET, length);
      throw refused(
          "\"" + UTF8String.fromBytes(bytes) + "\"",
          "is too long: it has " + characters + " characters");
    }
  }

  @Override
  void putNull(int index) {
    putEnd(index);
  }

  private void putEnd(int index) {
    Platform.putInt(null, offsets.address() + ((index + 1L) << 2), (int) end);
  }

  @Override
  int slotBytes() {
    return Integer.BYTES;
  }

  @Override
  void reserve(int slots) {
    boolean first = offsets.capacity() == 0;
    offsets.reserve((slots + 1L) * Integer.BYTES);
    if (first) {
      Platform.putInt(null, offsets.address(), 0);
    }
  }

  @Override
  void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    if (count() == 0) {
      reserve(0);
    }
    buffers.add(offsets.forMessage());
    buffers.add(values.forMessage());
  }

  @Override
  void resetValues() {
    end = 0;
    if (values.isOversized()) {
      values.close();
    }
  }

  @Override
  void closeValues() {
    end = 0;
    offsets.close();
    values.close();
  }
}
