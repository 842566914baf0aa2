package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import org.apache.arrow.vector.VarBinaryVector;

/** Reads BINARY columns. */
final class BinaryAccessor extends Accessor {
  private final VarBinaryVector vector;

  BinaryAccessor(VarBinaryVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return vector.get(row);
  }
}
