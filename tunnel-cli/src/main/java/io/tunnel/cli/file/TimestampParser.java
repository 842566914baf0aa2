package io.tunnel.cli.file;

import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.jspecify.annotations.Nullable;

/** TIMESTAMP and TIMESTAMP_NTZ: {@code 2026-01-31 23:59:58.123456789}. */
final class TimestampParser extends FieldParser {
  private final TimeStampNanoVector vector;
  private final @Nullable ZoneId zone;
  private final Moment moment = new Moment();

  /**
   * Makes a parser.
   *
   * @param zone of values that name no offset; null for TIMESTAMP_NTZ, which has no zone
   */
  TimestampParser(TimeStampNanoVector vector, @Nullable ZoneId zone) {
    this.vector = vector;
    this.zone = zone;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    moment.parse(field);
    if (zone == null && moment.hasOffset) {
      throw new BadFieldException("names an offset, but timestamp_ntz has no zone; leave it out");
    }
    long second = moment.epochSecond(zone == null ? ZoneOffset.UTC : zone);
    try {
      // A negative second with its nanoseconds added may fit where the second alone does not.
      long nanos =
          second < 0
              ? Math.addExact(
                  Math.multiplyExact(second + 1, 1_000_000_000L), moment.nano - 1_000_000_000L)
              : Math.addExact(Math.multiplyExact(second, 1_000_000_000L), moment.nano);
      vector.set(row, nanos);
    } catch (ArithmeticException e) {
      throw new BadFieldException(
          "is out of range: a timestamp lies between 1677-09-21 and 2262-04-11");
    }
  }
}
