package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.time.Instant;
import org.apache.arrow.vector.TimeStampNanoVector;

/** Reads TIMESTAMP columns of wire form: instants in nanoseconds. */
final class TimestampAccessor extends Accessor {
  static final long NANOS = 1_000_000_000L;
  private final TimeStampNanoVector vector;

  TimestampAccessor(TimeStampNanoVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    long nanos = vector.get(row);
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
