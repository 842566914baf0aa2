package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.VarBinaryVector;

/** Writes BINARY. */
final class BinaryWriter extends ColumnWriter {
  private final VarBinaryVector vector;
  private final ByteCount count;

  BinaryWriter(Column column, VarBinaryVector vector, ValueConverter converter, ByteCount count) {
    super(column, vector, converter);
    this.vector = vector;
    this.count = count;
  }

  @Override
  void writeNull(int row) {
    if (vector.getLastSet() >= row) {
      vector.setLastSet(row - 1);
    }
    vector.setNull(row);
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    byte[] bytes = ValueConverter.toBytes(value);
    if (bytes.length > TypeDescription.MAX_FIELD_BYTES) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has " + bytes.length + " bytes, a field holds " + TypeDescription.MAX_FIELD_BYTES);
    }
    count.bytes += bytes.length;
    vector.setSafe(row, bytes, 0, bytes.length);
  }
}
