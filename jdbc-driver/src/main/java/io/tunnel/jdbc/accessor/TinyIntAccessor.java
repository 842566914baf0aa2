package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import org.apache.arrow.vector.TinyIntVector;

/** Reads TINYINT columns. */
final class TinyIntAccessor extends Accessor {
  private final TinyIntVector vector;

  TinyIntAccessor(TinyIntVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return (int) vector.get(row);
  }

  @Override
  public long getLong(int row) {
    return vector.get(row);
  }

  @Override
  public double getDouble(int row) {
    return vector.get(row);
  }
}
