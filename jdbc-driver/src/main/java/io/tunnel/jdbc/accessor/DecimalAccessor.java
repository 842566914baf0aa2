package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.math.BigDecimal;
import org.apache.arrow.vector.DecimalVector;

/** Reads DECIMAL columns. */
final class DecimalAccessor extends Accessor {
  private final DecimalVector vector;
  private final int scale;

  DecimalAccessor(DecimalVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
    this.scale = vector.getScale();
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    long offset = (long) row * DecimalVector.TYPE_WIDTH;
    long low = vector.getDataBuffer().getLong(offset);
    long high = vector.getDataBuffer().getLong(offset + 8);
    // Nearly every number has 18 digits at most, for which no byte array is needed.
    return high == low >> 63
        ? BigDecimal.valueOf(low, scale)
        : (Object) vector.getObjectNotNull(row);
  }
}
