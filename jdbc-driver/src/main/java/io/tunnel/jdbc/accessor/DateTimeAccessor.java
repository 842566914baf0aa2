package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.time.Instant;
import org.apache.arrow.vector.DateMilliVector;

/** Reads DATETIME columns: instants in milliseconds. */
final class DateTimeAccessor extends Accessor {
  private final DateMilliVector vector;

  DateTimeAccessor(DateMilliVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return Instant.ofEpochMilli(vector.get(row));
  }
}
