package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.arrow.OffHeapBuffer;
import io.tunnel.protocol.type.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of one column, or of one level of a nested column, into Arrow buffers that are
 * kept from batch to batch. There is one subclass for each kind of type, chosen once for each
 * column; a subclass overrides the primitive methods that it can serve without boxing.
 *
 * <p>Values are written at ascending indexes, for which {@link #reserve} has made room. After a
 * value that does not fit, {@link #rewind} goes back to where its row began.
 */
abstract class ColumnWriter implements AutoCloseable {
  private static final int FIRST_CAPACITY = 64;

  /** Slots that one huge list has taken beyond this are given back after the batch. */
  private static final int KEPT_CAPACITY = 1 << 20;

  /** The column, or a field inside of one. */
  final Column column;

  /** The conversions of the connection. */
  final ValueConverter converter;

  private final OffHeapBuffer validity;
  private int capacity;

  /**
   * Up to here the validity bits are written. Those behind are not, because nearly all values are
   * not NULL: they are set for a whole stretch when the next NULL or the end of the batch comes.
   */
  private int settled;

  private boolean hasNull;

  ColumnWriter(Column column, ValueConverter converter, BufferAllocator allocator) {
    this.column = column;
    this.converter = converter;
    validity = new OffHeapBuffer(allocator);
  }

  /** Makes room for so many values in all. */
  final void reserve(int slots) {
    if (slots > capacity) {
      grow(slots);
    }
  }

  private void grow(int slots) {
    if (slots > 1 << 30) {
      throw new IllegalArgumentException(
          "Column " + column.name() + ": one row has more elements than an Arrow batch can hold");
    }
    int larger = Integer.highestOneBit(Math.max(slots, FIRST_CAPACITY) - 1) << 1;
    validity.reserve((larger + 7L) >>> 3);
    reserveValues(larger);
    capacity = larger;
  }

  /**
   * Writes a cell. The types that are written most override it for what they are mostly given: each
   * has a branch of its own then, which the processor foretells, and one virtual call.
   */
  void write(int index, Cells cells, int cell) throws ValueException {
    switch (cells.kind(cell)) {
      case Cells.LONG -> putLong(index, cells.longValue(cell));
      case Cells.DOUBLE -> putDouble(index, cells.doubleValue(cell));
      case Cells.FLOAT -> putFloat(index, (float) cells.doubleValue(cell));
      case Cells.BOOLEAN -> putBoolean(index, cells.longValue(cell) != 0);
      default -> write(index, cells.value(cell));
    }
  }

  /** Writes any value; null is NULL. */
  final void write(int index, @Nullable Object value) throws ValueException {
    if (value != null) {
      putObject(index, value);
      return;
    }
    if (!column.nullable()) {
      throw new ValueException(
          ValueException.NULL_NOT_ALLOWED, "the column is NOT NULL; set a value");
    }
    writeNull(index);
  }

  /** Forgets the values from an index on, which will be written anew. */
  final void rewind(int end) {
    settled = Math.min(settled, end);
    rewindChildren(end);
  }

  /** Writes NULL, below a struct that is NULL even where values must not be. */
  final void writeNull(int index) {
    settle(index);
    long address = validity.address() + (index >>> 3);
    MemoryUtil.putByte(address, (byte) (MemoryUtil.getByte(address) & ~(1 << (index & 7))));
    settled = index + 1;
    hasNull = true;
    putNull(index);
  }

  /** Sets the bits from those that are written up to the index; bits behind it become anything. */
  private void settle(int end) {
    if (settled < end) {
      long address = validity.address() + (settled >>> 3);
      long last = validity.address() + ((end - 1) >>> 3);
      int before = (1 << (settled & 7)) - 1;
      MemoryUtil.putByte(address, (byte) (MemoryUtil.getByte(address) & before | ~before));
      while (address < last) {
        MemoryUtil.putByte(++address, (byte) 0xff);
      }
    }
    settled = end;
  }

  /**
   * Adds the nodes and buffers of this level and of those below it, in the order of an Arrow record
   * batch.
   */
  final void collect(int count, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    // Also a vector without values has its first offset.
    reserve(Math.max(1, count));
    settle(count);
    clearBehind(validity, count);
    ArrowBuf bits = validity.forMessage();
    nodes.add(new ArrowFieldNode(count, hasNull ? BitVectorHelper.getNullCount(bits, count) : 0));
    buffers.add(bits);
    collectValues(count, nodes, buffers);
  }

  /** Clears the bits of the last byte behind so many bits, so that only values travel. */
  static void clearBehind(OffHeapBuffer bits, int count) {
    if ((count & 7) != 0) {
      long last = bits.address() + (count >>> 3);
      MemoryUtil.putByte(last, (byte) (MemoryUtil.getByte(last) & (1 << (count & 7)) - 1));
    }
  }

  /** Starts the next batch in the same memory. */
  final void reset() {
    settled = 0;
    hasNull = false;
    if (capacity > KEPT_CAPACITY) {
      close();
    }
    resetValues();
  }

  @Override
  public final void close() {
    validity.close();
    capacity = 0;
    closeValues();
  }

  /** Bytes that every slot takes, NULL or not, of this level and of those below a struct. */
  abstract int slotBytes();

  /** Makes room for the values of so many slots. */
  abstract void reserveValues(int slots);

  abstract void putObject(int index, Object value) throws ValueException;

  void putLong(int index, long value) throws ValueException {
    putObject(index, value);
  }

  void putFloat(int index, float value) throws ValueException {
    putObject(index, value);
  }

  void putDouble(int index, double value) throws ValueException {
    putObject(index, value);
  }

  void putBoolean(int index, boolean value) throws ValueException {
    putObject(index, value);
  }

  /** Rewinds the levels below, if there are any. */
  void rewindChildren(int end) {}

  /** Fills the slot of a NULL. */
  abstract void putNull(int index);

  abstract void collectValues(int count, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers);

  abstract void resetValues();

  abstract void closeValues();
}
