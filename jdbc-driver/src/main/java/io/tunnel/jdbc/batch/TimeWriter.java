package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes dates, times and intervals, in wire form. */
abstract class TimeWriter extends FixedWidthWriter {
  private static final long NANOS = 1_000_000_000L;
  private static final long MILLIS_PER_DAY = 86_400_000L;

  TimeWriter(Column column, ValueConverter converter, BufferAllocator allocator, int width) {
    super(column, converter, allocator, width);
  }

  @Override
  void write(int index, Cells cells, int cell) throws ValueException {
    Object value = cells.objectValue(cell);
    if (value != null) {
      putObject(index, value);
    } else {
      super.write(index, cells, cell);
    }
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

    Day(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Integer.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      long day = converter.toEpochDay(value);
      if (day < FIRST || day > LAST) {
        throw outOfRange("0001-01-01 and 9999-12-31");
      }
      MemoryUtil.putInt(slot(index), (int) day);
    }
  }

  /** DATETIME: milliseconds of an instant; a finer fraction is cut off. */
  static final class Millis extends TimeWriter {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final long FIRST_MILLIS = FIRST.toEpochMilli();
    private static final long LAST_MILLIS = LAST.toEpochMilli();

    Millis(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Long.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      long millis;
      if (value instanceof Timestamp timestamp) {
        millis = timestamp.getTime();
      } else {
        Instant instant = converter.toInstant(value);
        // Far instants have no milliseconds in 64 bits.
        millis =
            instant.isBefore(FIRST) || instant.isAfter(LAST)
                ? Long.MAX_VALUE
                : instant.toEpochMilli();
      }
      if (millis < FIRST_MILLIS || millis > LAST_MILLIS) {
        throw outOfRange("0000-01-01 00:00:00 and 9999-12-31 23:59:59.999 UTC");
      }
      MemoryUtil.putLong(slot(index), millis);
    }
  }

  /** TIMESTAMP: nanoseconds of an instant. */
  static final class Nanos extends TimeWriter {

    Nanos(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Long.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      Instant instant = converter.toInstant(value);
      MemoryUtil.putLong(slot(index), nanos(instant.getEpochSecond(), instant.getNano()));
    }
  }

  /** TIMESTAMP_NTZ: nanoseconds of a wall clock read as if in UTC. */
  static final class WallNanos extends TimeWriter {

    WallNanos(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Long.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      LocalDateTime wall = converter.toDateTime(value);
      MemoryUtil.putLong(slot(index), nanos(wall.toEpochSecond(ZoneOffset.UTC), wall.getNano()));
    }
  }

  /** INTERVAL_YEAR_MONTH. */
  static final class Months extends TimeWriter {

    Months(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Integer.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      Period period = ValueConverter.toPeriod(value);
      long months = period.toTotalMonths();
      if (period.getDays() != 0 || months != (int) months) {
        throw new ValueException(
            ValueException.TIME_OUT_OF_RANGE, "it must be years and months without days");
      }
      MemoryUtil.putInt(slot(index), (int) months);
    }
  }

  /** INTERVAL_DAY_TIME: days and milliseconds. */
  static final class DayTime extends TimeWriter {

    DayTime(Column column, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator, Long.BYTES);
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
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
      MemoryUtil.putInt(slot(index), (int) days);
      MemoryUtil.putInt(slot(index) + Integer.BYTES, (int) millis);
    }
  }
}
