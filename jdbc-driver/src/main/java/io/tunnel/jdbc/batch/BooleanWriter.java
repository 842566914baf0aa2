package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.BitVector;

/** Writes BOOLEAN. */
final class BooleanWriter extends ColumnWriter {
  private final BitVector vector;

  BooleanWriter(Column column, BitVector vector, ValueConverter converter) {
    super(column, vector, converter);
    this.vector = vector;
  }

  @Override
  void writeBoolean(int row, boolean value) {
    vector.setSafe(row, value ? 1 : 0);
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    writeBoolean(row, converter.toBoolean(value));
  }
}
