package io.tunnel.spark.row;

import io.tunnel.protocol.arrow.OffHeapBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.unsafe.Platform;

/** What ARRAY and MAP share: a number of elements per value, kept as offsets. */
abstract class RepeatedWriter extends ColumnWriter {
  private final BatchBytes batch;
  private final OffHeapBuffer offsets;
  private int end;

  RepeatedWriter(Target target, BufferAllocator allocator, BatchBytes batch) {
    super(target, allocator);
    this.batch = batch;
    offsets = new OffHeapBuffer(allocator);
  }

  /** Appends the elements and returns their number. */
  abstract int putElements(SpecializedGetters row, int ordinal);

  /** The width of one element. */
  abstract int elementBytes();

  abstract void collectElements(int elements, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers);

  @Override
  final void put(int index, SpecializedGetters row, int ordinal) {
    int elements = putElements(row, ordinal);
    end += elements;
    batch.add((long) elements * elementBytes());
    putNull(index);
  }

  @Override
  final void putNull(int index) {
    Platform.putInt(null, offsets.address() + ((index + 1L) << 2), end);
  }

  @Override
  final int slotBytes() {
    return Integer.BYTES;
  }

  @Override
  final void reserve(int slots) {
    boolean first = offsets.capacity() == 0;
    offsets.reserve((slots + 1L) * Integer.BYTES);
    if (first) {
      Platform.putInt(null, offsets.address(), 0);
    }
  }

  @Override
  final void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    if (count() == 0) {
      reserve(0);
    }
    buffers.add(offsets.forMessage());
    collectElements(end, nodes, buffers);
  }

  @Override
  void resetValues() {
    end = 0;
  }

  @Override
  void closeValues() {
    end = 0;
    offsets.close();
  }

  /** ARRAY. */
  static final class OfArray extends RepeatedWriter {
    private final ColumnWriter element;

    OfArray(Target target, BufferAllocator allocator, BatchBytes batch, ColumnWriter element) {
      super(target, allocator, batch);
      this.element = element;
    }

    @Override
    int putElements(SpecializedGetters row, int ordinal) {
      ArrayData array = row.getArray(ordinal);
      int elements = array.numElements();
      for (int i = 0; i < elements; i++) {
        element.write(array, i);
      }
      return elements;
    }

    @Override
    int elementBytes() {
      return element.slotBytes();
    }

    @Override
    void collectElements(int elements, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
      element.collect(nodes, buffers);
    }

    @Override
    void resetValues() {
      super.resetValues();
      element.reset();
    }

    @Override
    void closeValues() {
      super.closeValues();
      element.close();
    }
  }

  /** MAP: offsets over a struct of keys and values that is never NULL itself. */
  static final class OfMap extends RepeatedWriter {
    private final BufferAllocator allocator;
    private final ColumnWriter key;
    private final ColumnWriter value;

    OfMap(
        Target target,
        BufferAllocator allocator,
        BatchBytes batch,
        ColumnWriter key,
        ColumnWriter value) {
      super(target, allocator, batch);
      this.allocator = allocator;
      this.key = key;
      this.value = value;
    }

    @Override
    int putElements(SpecializedGetters row, int ordinal) {
      MapData map = row.getMap(ordinal);
      ArrayData keys = map.keyArray();
      ArrayData values = map.valueArray();
      int elements = map.numElements();
      for (int i = 0; i < elements; i++) {
        key.write(keys, i);
        value.write(values, i);
      }
      return elements;
    }

    @Override
    int elementBytes() {
      return key.slotBytes() + value.slotBytes();
    }

    @Override
    void collectElements(int elements, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
      nodes.add(new ArrowFieldNode(elements, 0));
      buffers.add(allocator.getEmpty());
      key.collect(nodes, buffers);
      value.collect(nodes, buffers);
    }

    @Override
    void resetValues() {
      super.resetValues();
      key.reset();
      value.reset();
    }

    @Override
    void closeValues() {
      super.closeValues();
      key.close();
      value.close();
    }
  }
}
