package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.time.Period;
import org.apache.arrow.vector.IntervalYearVector;

/** Reads INTERVAL_YEAR_MONTH columns. */
final class PeriodAccessor extends Accessor {
  private final IntervalYearVector vector;

  PeriodAccessor(IntervalYearVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return Period.ofMonths(vector.get(row)).normalized();
  }
}
