package io.tunnel.server.store;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Batches in the extended form as batches in wire form. An INTERVAL_DAY_TIME loses what is finer
 * than a millisecond: the wire form has no room for it.
 */
public final class WireForm {
  private WireForm() {}

  /** A copy in wire form; the caller closes it. */
  public static VectorSchemaRoot convert(VectorSchemaRoot batch, List<Column> columns) {
    VectorSchemaRoot wire =
        VectorSchemaRoot.create(
            ArrowMapping.schema(columns, ArrowMapping.Form.WIRE),
            batch.getFieldVectors().get(0).getAllocator());
    try {
      wire.allocateNew();
      for (int i = 0; i < columns.size(); i++) {
        FieldVector source = batch.getVector(i);
        FieldVector target = wire.getVector(i);
        for (int row = 0; row < batch.getRowCount(); row++) {
          copy(columns.get(i).type(), source, row, target, row);
        }
      }
      wire.setRowCount(batch.getRowCount());
      return wire;
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  private static void copy(
      MaxComputeType type, ValueVector source, int from, FieldVector target, int to) {
    if (source.isNull(from)) {
      target.setNull(to);
    } else if (type instanceof ArrayType array) {
      ListVector list = (ListVector) source;
      ListVector copy = (ListVector) target;
      int start = copy.startNewValue(to);
      int first = list.getElementStartIndex(from);
      int count = list.getElementEndIndex(from) - first;
      for (int i = 0; i < count; i++) {
        copy(array.element(), list.getDataVector(), first + i, copy.getDataVector(), start + i);
      }
      copy.endValue(to, count);
    } else if (type instanceof MapType map) {
      ListVector list = (ListVector) source;
      ListVector copy = (ListVector) target;
      StructVector entries = (StructVector) list.getDataVector();
      StructVector copies = (StructVector) copy.getDataVector();
      int start = copy.startNewValue(to);
      int first = list.getElementStartIndex(from);
      int count = list.getElementEndIndex(from) - first;
      for (int i = 0; i < count; i++) {
        copies.setIndexDefined(start + i);
        copyChild(map.key(), entries, 0, first + i, copies, start + i);
        copyChild(map.value(), entries, 1, first + i, copies, start + i);
      }
      copy.endValue(to, count);
    } else if (type instanceof StructType struct) {
      StructVector copy = (StructVector) target;
      copy.setIndexDefined(to);
      for (int i = 0; i < struct.fields().size(); i++) {
        copyChild(struct.fields().get(i).type(), (StructVector) source, i, from, copy, to);
      }
    } else if (type == PrimitiveType.INTERVAL_DAY_TIME) {
      LeafText.setDayTime(target, to, ColumnCopy.nanosAt(source, from));
    } else if (type == PrimitiveType.TIMESTAMP || type == PrimitiveType.TIMESTAMP_NTZ) {
      LeafText.setNanos(target, to, ColumnCopy.nanosAt(source, from));
    } else {
      target.copyFromSafe(from, to, source);
    }
  }

  private static void copyChild(
      MaxComputeType type, StructVector source, int child, int from, StructVector target, int to) {
    copy(type, source.getVectorById(child), from, (FieldVector) target.getVectorById(child), to);
  }
}
