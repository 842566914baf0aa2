package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.Float8Vector;

/** Writes DOUBLE. */
final class DoubleWriter extends ColumnWriter {
  private final Float8Vector vector;

  DoubleWriter(Column column, Float8Vector vector, ValueConverter converter) {
    super(column, vector, converter);
    this.vector = vector;
  }

  @Override
  void writeDouble(int row, double value) {
    vector.setSafe(row, value);
  }

  @Override
  void writeFloat(int row, float value) {
    vector.setSafe(row, value);
  }

  @Override
  void writeLong(int row, long value) {
    vector.setSafe(row, (double) value);
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    vector.setSafe(row, converter.toDouble(value));
  }
}
