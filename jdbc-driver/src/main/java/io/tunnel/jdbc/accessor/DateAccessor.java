package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.time.LocalDate;
import org.apache.arrow.vector.DateDayVector;

/** Reads DATE columns. */
final class DateAccessor extends Accessor {
  private final DateDayVector vector;

  DateAccessor(DateDayVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return LocalDate.ofEpochDay(vector.get(row));
  }
}
