package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.arrow.vector.TimeStampNanoVector;

/** Reads TIMESTAMP_NTZ columns of wire form: nanoseconds of a wall clock read as if in UTC. */
final class WallClockAccessor extends Accessor {
  private final TimeStampNanoVector vector;

  WallClockAccessor(TimeStampNanoVector vector, ValueConverter converter) {
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
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(nanos, TimestampAccessor.NANOS),
        (int) Math.floorMod(nanos, TimestampAccessor.NANOS),
        ZoneOffset.UTC);
  }
}
