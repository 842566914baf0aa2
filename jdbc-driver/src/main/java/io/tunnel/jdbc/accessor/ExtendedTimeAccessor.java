package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Reads TIMESTAMP, TIMESTAMP_NTZ and INTERVAL_DAY_TIME columns of extended form: seconds and
 * nanoseconds.
 */
final class ExtendedTimeAccessor extends Accessor {
  private final MaxComputeType type;
  private final StructVector vector;
  private final BigIntVector seconds;
  private final IntVector nanos;

  ExtendedTimeAccessor(MaxComputeType type, StructVector vector, ValueConverter converter) {
    super(converter);
    this.type = type;
    this.vector = vector;
    this.seconds = (BigIntVector) vector.getChildByOrdinal(0);
    this.nanos = (IntVector) vector.getChildByOrdinal(1);
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    long second = seconds.get(row);
    int nano = nanos.get(row);
    if (type == PrimitiveType.TIMESTAMP_NTZ) {
      return LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC);
    }
    return type == PrimitiveType.TIMESTAMP
        ? Instant.ofEpochSecond(second, nano)
        : Duration.ofSeconds(second, nano);
  }
}
