package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import org.apache.arrow.vector.BitVector;

/** Reads BOOLEAN columns. */
final class BooleanAccessor extends Accessor {
  private final BitVector vector;

  BooleanAccessor(BitVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return vector.get(row) != 0;
  }

  @Override
  public boolean getBoolean(int row) {
    return vector.get(row) != 0;
  }
}
