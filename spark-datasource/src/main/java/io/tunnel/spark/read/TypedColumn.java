package io.tunnel.spark.read;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A column of one type. Subclasses answer the getters of that type; any other getter is a fault of
 * the caller. Nothing is freed in {@link #close()}: the memory belongs to the reader of the body.
 */
abstract class TypedColumn extends ColumnVector {
  TypedColumn(DataType type) {
    super(type);
  }

  @Override
  public final void close() {}

  @Override
  public boolean getBoolean(int row) {
    throw mismatch();
  }

  @Override
  public byte getByte(int row) {
    throw mismatch();
  }

  @Override
  public short getShort(int row) {
    throw mismatch();
  }

  @Override
  public int getInt(int row) {
    throw mismatch();
  }

  @Override
  public long getLong(int row) {
    throw mismatch();
  }

  @Override
  public float getFloat(int row) {
    throw mismatch();
  }

  @Override
  public double getDouble(int row) {
    throw mismatch();
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw mismatch();
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw mismatch();
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    throw mismatch();
  }

  @Override
  public UTF8String getUTF8String(int row) {
    throw mismatch();
  }

  @Override
  public byte[] getBinary(int row) {
    throw mismatch();
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw mismatch();
  }

  private UnsupportedOperationException mismatch() {
    return new UnsupportedOperationException(
        "A column of type " + dataType().catalogString() + " was asked for another type");
  }
}
