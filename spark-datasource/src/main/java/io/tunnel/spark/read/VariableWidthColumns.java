package io.tunnel.spark.read;

import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Columns with offsets, and structs. */
final class VariableWidthColumns {
  private VariableWidthColumns() {}

  private abstract static class OffsetColumn extends ArrowColumn {
    private final FieldVector vector;
    private long offsets;

    OffsetColumn(DataType type, FieldVector vector) {
      super(type, vector);
      this.vector = vector;
    }

    @Override
    void refreshValues() {
      offsets = vector.getOffsetBuffer().memoryAddress();
    }

    final int start(int row) {
      return Platform.getInt(null, offsets + ((long) row << 2));
    }

    final int length(int row) {
      return start(row + 1) - start(row);
    }
  }

  private abstract static class BytesColumn extends OffsetColumn {
    private final FieldVector vector;
    private long data;

    BytesColumn(DataType type, FieldVector vector) {
      super(type, vector);
      this.vector = vector;
    }

    @Override
    final void refreshValues() {
      super.refreshValues();
      data = vector.getDataBuffer().memoryAddress();
    }

    final long address(int row) {
      return data + start(row);
    }
  }

  /** STRING, CHAR, VARCHAR, JSON: the text points into the batch. */
  static final class OfText extends BytesColumn {
    OfText(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public UTF8String getUTF8String(int row) {
      return UTF8String.fromAddress(null, address(row), length(row));
    }
  }

  static final class OfBinary extends BytesColumn {
    OfBinary(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public byte[] getBinary(int row) {
      byte[] bytes = new byte[length(row)];
      Platform.copyMemory(null, address(row), bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
      return bytes;
    }
  }

  static final class OfArray extends OffsetColumn {
    private final ArrowColumn elements;

    OfArray(DataType type, FieldVector vector, ArrowColumn elements) {
      super(type, vector);
      this.elements = elements;
    }

    @Override
    void refreshValues() {
      super.refreshValues();
      elements.refresh();
    }

    @Override
    public ColumnarArray getArray(int row) {
      return new ColumnarArray(elements, start(row), length(row));
    }
  }

  static final class OfMap extends OffsetColumn {
    private final ArrowColumn keys;
    private final ArrowColumn values;

    OfMap(DataType type, FieldVector vector, ArrowColumn keys, ArrowColumn values) {
      super(type, vector);
      this.keys = keys;
      this.values = values;
    }

    @Override
    void refreshValues() {
      super.refreshValues();
      keys.refresh();
      values.refresh();
    }

    @Override
    public ColumnarMap getMap(int row) {
      return new ColumnarMap(keys, values, start(row), length(row));
    }
  }

  static final class OfStruct extends ArrowColumn {
    private final ArrowColumn[] fields;

    OfStruct(DataType type, FieldVector vector, ArrowColumn[] fields) {
      super(type, vector);
      this.fields = fields;
    }

    @Override
    void refreshValues() {
      for (ArrowColumn field : fields) {
        field.refresh();
      }
    }

    @Override
    public ColumnVector getChild(int ordinal) {
      return fields[ordinal];
    }
  }
}
