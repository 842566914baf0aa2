package io.tunnel.spark.row;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** STRUCT: one child per field of the table, each fed from a field of Spark's struct or NULL. */
final class StructWriter extends ColumnWriter {
  /** The ordinal of a field that Spark's struct does not have. */
  static final int ABSENT = -1;

  private final ColumnWriter[] children;
  private final int[] ordinals;
  private final int sparkFields;

  StructWriter(
      Target target,
      BufferAllocator allocator,
      ColumnWriter[] children,
      int[] ordinals,
      int sparkFields) {
    super(target, allocator);
    this.children = children;
    this.ordinals = ordinals;
    this.sparkFields = sparkFields;
  }

  @Override
  void put(int index, SpecializedGetters row, int ordinal) {
    InternalRow struct = row.getStruct(ordinal, sparkFields);
    for (int i = 0; i < children.length; i++) {
      if (ordinals[i] == ABSENT) {
        children[i].writeNull();
      } else {
        children[i].write(struct, ordinals[i]);
      }
    }
  }

  @Override
  void putNull(int index) {
    for (ColumnWriter child : children) {
      child.writeHidden();
    }
  }

  @Override
  int slotBytes() {
    int bytes = 0;
    for (ColumnWriter child : children) {
      bytes += child.slotBytes();
    }
    return bytes;
  }

  @Override
  void reserve(int slots) {}

  @Override
  void collectValues(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    for (ColumnWriter child : children) {
      child.collect(nodes, buffers);
    }
  }

  @Override
  void resetValues() {
    for (ColumnWriter child : children) {
      child.reset();
    }
  }

  @Override
  void closeValues() {
    for (ColumnWriter child : children) {
      child.close();
    }
  }
}
