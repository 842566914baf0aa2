package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.Float4Vector;

/** Writes FLOAT. */
final class FloatWriter extends ColumnWriter {
  private final Float4Vector vector;

  FloatWriter(Column column, Float4Vector vector, ValueConverter converter) {
    super(column, vector, converter);
    this.vector = vector;
  }

  @Override
  void writeFloat(int row, float value) {
    vector.setSafe(row, value);
  }

  @Override
  void writeLong(int row, long value) {
    vector.setSafe(row, (float) value);
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    vector.setSafe(row, converter.toFloat(value));
  }
}
