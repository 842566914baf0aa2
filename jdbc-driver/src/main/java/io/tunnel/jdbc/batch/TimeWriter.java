package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeStampNanoVector;

/** Writes dates, times and intervals, in wire form. */
abstract class TimeWriter extends ColumnWriter {
  private static final long NANOS = 1_000_000_000L;
  private static final long MILLIS_PER_DAY = 86_400_000L;

  TimeWriter(Column column, FieldVector vector, ValueConverter converter) {
    super(column, vector, converter);
  }

  private static ValueException outOfRange(String range) {
    return new ValueException(ValueException.TIME_OUT_OF_RANGE, "it must lie between " + range);
  }

  static long nanos(long second, int nano) throws ValueException {
    try {
      // Below zero, whole seconds times 10^9 can overflow although the sum does not.
      return second < 0
          ? Math.addExact(Math.multiplyExact(second + 1, NANOS), nano - NANOS)
          : Math.addExact(Math.multiplyExact(second, NANOS), nano);
    } catch (ArithmeticException e) {
      throw outOfRange("1677-09-21 00:12:43.145224192 and 2262-04-11 23:47:16.854775807");
    }
  }

  /** DATE: days. */
  static final class Day extends TimeWriter {
    private static final long FIRST = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST = LocalDate.of(9999, 12, 31).toEpochDay();
    private final DateDayVector vector;

    Day(Column column, DateDayVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      long day = converter.toDate(value).toEpochDay();
      if (day < FIRST || day > LAST) {
        throw outOfRange("0001-01-01 and 9999-12-31");
      }
      vector.setSafe(row, (int) day);
    }
  }

  /** DATETIME: milliseconds of an instant; a finer fraction is cut off. */
  static final class Millis extends TimeWriter {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private final DateMilliVector vector;

    Millis(Column column, DateMilliVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      Instant instant = converter.toInstant(value);
      if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
        throw outOfRange("0000-01-01 00:00:00 and 9999-12-31 23:59:59.999 UTC");
      }
      vector.setSafe(row, instant.toEpochMilli());
    }
  }

  /** TIMESTAMP: nanoseconds of an instant. */
  static final class Nanos extends TimeWriter {
    private final TimeStampNanoVector vector;

    Nanos(Column column, TimeStampNanoVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      Instant instant = converter.toInstant(value);
      vector.setSafe(row, nanos(instant.getEpochSecond(), instant.getNano()));
    }
  }

  /** TIMESTAMP_NTZ: nanoseconds of a wall clock read as if in UTC. */
  static final class WallNanos extends TimeWriter {
    private final TimeStampNanoVector vector;

    WallNanos(Column column, TimeStampNanoVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      LocalDateTime wall = converter.toDateTime(value);
      vector.setSafe(row, nanos(wall.toEpochSecond(ZoneOffset.UTC), wall.getNano()));
    }
  }

  /** INTERVAL_YEAR_MONTH. */
  static final class Months extends TimeWriter {
    private final IntervalYearVector vector;

    Months(Column column, IntervalYearVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      Period period = ValueConverter.toPeriod(value);
      long months = period.toTotalMonths();
      if (period.getDays() != 0 || months != (int) months) {
        throw new ValueException(
            ValueException.TIME_OUT_OF_RANGE, "it must be years and months without days");
      }
      vector.setSafe(row, (int) months);
    }
  }

  /** INTERVAL_DAY_TIME: days and milliseconds. */
  static final class DayTime extends TimeWriter {
    private final IntervalDayVector vector;

    DayTime(Column column, IntervalDayVector vector, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      Duration duration = ValueConverter.toDuration(value);
      if (duration.getNano() % 1_000_000 != 0) {
        throw new ValueException(
            ValueException.OUT_OF_RANGE,
            "the tunnel carries intervals in milliseconds, this one has a finer fraction");
      }
      long days = duration.toDays();
      if (days != (int) days) {
        throw outOfRange(Integer.MIN_VALUE + " and " + Integer.MAX_VALUE + " days");
      }
      long millis = duration.minusDays(days).toMillis();
      assert Math.abs(millis) < MILLIS_PER_DAY;
      vector.setSafe(row, (int) days, (int) millis);
    }
  }
}
