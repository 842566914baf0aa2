package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import org.apache.arrow.vector.IntervalDayVector;

/** Reads INTERVAL_DAY_TIME columns of wire form: days and milliseconds. */
final class DurationAccessor extends Accessor {
  private final IntervalDayVector vector;

  DurationAccessor(IntervalDayVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return vector.getObjectNotNull(row);
  }
}
