package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import org.apache.arrow.vector.Float4Vector;

/** Reads FLOAT columns. */
final class FloatAccessor extends Accessor {
  private final Float4Vector vector;

  FloatAccessor(Float4Vector vector, ValueConverter converter) {
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

  @Override
  public float getFloat(int row) {
    return vector.get(row);
  }

  @Override
  public double getDouble(int row) {
    return vector.get(row);
  }
}
