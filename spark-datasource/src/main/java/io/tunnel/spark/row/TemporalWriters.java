package io.tunnel.spark.row;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;

/**
 * Dates, instants and wall clocks. Spark and the wire both count in the proleptic Gregorian
 * calendar from 1970-01-01, so no value is ever shifted by a zone or a calendar.
 */
final class TemporalWriters {
  private static final int FIRST_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();
  private static final int LAST_DAY = (int) LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MILLIS_PER_DAY = 86_400_000;

  private TemporalWriters() {}

  /** DATE from days. */
  static final class OfDate extends FixedWidthWriter {
    OfDate(Target target, BufferAllocator allocator) {
      super(target, allocator, Integer.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      int days = row.getInt(ordinal);
      if (days < FIRST_DAY || days > LAST_DAY) {
        throw refused(
            LocalDate.ofEpochDay(days), "is not a date between 0001-01-01 and 9999-12-31");
      }
      Platform.putInt(null, base() + ((long) index << 2), days);
    }
  }

  /** TIMESTAMP and TIMESTAMP_NTZ in nanoseconds from Spark's microseconds. */
  static final class OfTimestamp extends FixedWidthWriter {
    private static final long LEAST = Long.MIN_VALUE / NANOS_PER_MICRO;
    private static final long MOST = Long.MAX_VALUE / NANOS_PER_MICRO;

    private final boolean instant;

    OfTimestamp(Target target, BufferAllocator allocator, boolean instant) {
      super(target, allocator, Long.BYTES);
      this.instant = instant;
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      long micros = row.getLong(ordinal);
      if (micros < LEAST || micros > MOST) {
        throw refused(
            shown(micros, instant),
            "cannot be carried: the tunnel counts nanoseconds in 64 bits, which reach from"
                + " 1677-09-21 to 2262-04-11");
      }
      Platform.putLong(null, base() + ((long) index << 3), micros * NANOS_PER_MICRO);
    }
  }

  /** DATETIME in milliseconds from Spark's microseconds, refused if that would lose any. */
  static final class OfDatetime extends FixedWidthWriter {
    OfDatetime(Target target, BufferAllocator allocator) {
      super(target, allocator, Long.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      long micros = row.getLong(ordinal);
      long millis = Math.floorDiv(micros, MICROS_PER_MILLI);
      if (millis * MICROS_PER_MILLI != micros) {
        throw refused(
            shown(micros, true),
            "is finer than a millisecond; truncate it with date_trunc('MILLISECOND', column)");
      }
      Platform.putLong(null, base() + ((long) index << 3), millis);
    }
  }

  /** INTERVAL_DAY_TIME as days and milliseconds from Spark's microseconds. */
  static final class OfDayTimeInterval extends FixedWidthWriter {
    OfDayTimeInterval(Target target, BufferAllocator allocator) {
      super(target, allocator, Long.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      long micros = row.getLong(ordinal);
      long millis = micros / MICROS_PER_MILLI;
      if (millis * MICROS_PER_MILLI != micros) {
        throw refused(
            micros + " microseconds",
            "is finer than a millisecond, which is all that the tunnel carries");
      }
      long address = base() + ((long) index << 3);
      // 106,751,991 days is the most that 64 bits of microseconds hold.
      Platform.putInt(null, address, (int) (millis / MILLIS_PER_DAY));
      Platform.putInt(null, address + Integer.BYTES, (int) (millis % MILLIS_PER_DAY));
    }
  }

  private static Object shown(long micros, boolean instant) {
    Instant value = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return instant ? value : LocalDateTime.ofInstant(value, ZoneOffset.UTC);
  }
}
