package io.tunnel.spark.row;

import io.tunnel.protocol.arrow.OffHeapBuffer;
import io.tunnel.protocol.type.MaxComputeType;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Appends the values of one column, or of one level of a nested column, to Arrow buffers that are
 * kept from batch to batch. Not safe for use by several threads.
 *
 * <p>A NULL is the exception: the validity bits are set for a whole stretch when memory is taken,
 * and a NULL clears its bit.
 */
abstract class ColumnWriter implements AutoCloseable {
  /** What distinguishes one column from another. */
  record Target(String path, MaxComputeType type, boolean nullable) {
    Target child(String name, MaxComputeType childType, boolean childNullable) {
      return new Target(path + "." + name, childType, childNullable);
    }
  }

  private static final int FIRST_CAPACITY = 1024;

  /** Slots that one huge array has taken beyond this are given back after the batch. */
  private static final int KEPT_CAPACITY = 1 << 20;

  private static final int SHOWN_CHARACTERS = 64;

  private final Target target;
  private final OffHeapBuffer validity;
  private int capacity;
  private int count;
  private int nulls;

  ColumnWriter(Target target, BufferAllocator allocator) {
    this.target = target;
    validity = new OffHeapBuffer(allocator);
  }

  /** Appends the value at this place of a row, an array or a struct. */
  final void write(SpecializedGetters row, int ordinal) {
    if (row.isNullAt(ordinal)) {
      writeNull();
    } else {
      if (count == capacity) {
        grow();
      }
      put(count, row, ordinal);
      count++;
    }
  }

  /** Appends NULL. */
  final void writeNull() {
    if (!target.nullable()) {
      throw new IllegalArgumentException(
          "Column "
              + target.path()
              + ": NULL cannot be written because the column is NOT NULL; filter such rows or give"
              + " them a value");
    }
    appendNull();
  }

  /** Appends a slot without a value; below a NULL struct even where values must not be NULL. */
  private void appendNull() {
    if (count == capacity) {
      grow();
    }
    long byteAddress = validity.address() + (count >>> 3);
    byte bits = Platform.getByte(null, byteAddress);
    Platform.putByte(null, byteAddress, (byte) (bits & ~(1 << (count & 7))));
    nulls++;
    putNull(count);
    count++;
  }

  /** Appends a NULL that stands under a NULL parent and is never seen. */
  final void writeHidden() {
    appendNull();
  }

  final int count() {
    return count;
  }

  final Target target() {
    return target;
  }

  /**
   * Adds the nodes and buffers of this level and of those below it in the order of an Arrow record
   * batch.
   */
  final void collect(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    if ((count & 7) != 0) {
      long last = validity.address() + (count >>> 3);
      byte bits = Platform.getByte(null, last);
      Platform.putByte(null, last, (byte) (bits & ((1 << (count & 7)) - 1)));
    }
    nodes.add(new ArrowFieldNode(count, nulls));
    buffers.add(validity.forMessage());
    collectValues(nodes, buffers);
  }

  /** Starts the next batch in the same memory. */
  final void reset() {
    if (count > 0) {
      Platform.setMemory(validity.address(), (byte) 0xff, (count + 7L) >>> 3);
    }
    count = 0;
    nulls = 0;
    if (capacity > KEPT_CAPACITY) {
      close();
    }
    resetValues();
  }

  @Override
  public final void close() {
    validity.close();
    capacity = 0;
    count = 0;
    closeValues();
  }

  /** Bytes that every slot takes, NULL or not, of this level and of those below a struct. */
  abstract int slotBytes();

  /** Puts a value that is not NULL; there is room for it. */
  abstract void put(int index, SpecializedGetters row, int ordinal);

  /** Fills the slot of a NULL. */
  abstract void putNull(int index);

  /** Makes room for this many slots. */
  abstract void reserve(int slots);

  abstract void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers);

  abstract void resetValues();

  abstract void closeValues();

  private void grow() {
    long larger = Math.max(FIRST_CAPACITY, capacity * 2L);
    if (larger > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          "Column " + target.path() + ": one row has more elements than an Arrow batch can hold");
    }
    long usedBytes = capacity / Byte.SIZE;
    validity.reserve(larger >>> 3);
    Platform.setMemory(validity.address() + usedBytes, (byte) 0xff, (larger >>> 3) - usedBytes);
    reserve((int) larger);
    capacity = (int) larger;
  }

  /** The error for a value that the column cannot hold. */
  final IllegalArgumentException refused(@Nullable Object value, String reason) {
    String text = String.valueOf(value);
    if (text.length() > SHOWN_CHARACTERS) {
      text = text.substring(0, SHOWN_CHARACTERS) + "… (" + text.length() + " characters)";
    }
    return new IllegalArgumentException(
        "Column " + target.path() + " (" + target.type() + "): " + text + " " + reason);
  }
}
