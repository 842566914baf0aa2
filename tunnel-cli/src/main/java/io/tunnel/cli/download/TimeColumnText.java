package io.tunnel.cli.download;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.complex.StructVector;

/** The text of dates, times and intervals. */
final class TimeColumnText {
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int NANOS_PER_MILLI = 1_000_000;

  private TimeColumnText() {}

  /** {@code yyyy-mm-dd}. */
  static final class OfDate extends ColumnText.OfVector<DateDayVector> {
    OfDate(DateDayVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      date(vector.get(row), out);
    }
  }

  /** {@code yyyy-mm-dd hh:mm:ss[.fraction]} in a zone, from milliseconds. */
  static final class OfDatetime extends ColumnText.OfVector<DateMilliVector> {
    private final WallClock clock;

    OfDatetime(DateMilliVector vector, ZoneId zone) {
      super(vector);
      clock = new WallClock(zone);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      long millis = vector.get(row);
      clock.append(
          Math.floorDiv(millis, 1000L), Math.floorMod(millis, 1000) * NANOS_PER_MILLI, out);
    }
  }

  /** The same from seconds and nanoseconds. */
  static final class OfTimestamp extends ColumnText.OfVector<StructVector> {
    private final BigIntVector seconds;
    private final IntVector nanos;
    private final WallClock clock;

    OfTimestamp(StructVector vector, ZoneId zone) {
      super(vector);
      seconds = (BigIntVector) vector.getChildByOrdinal(0);
      nanos = (IntVector) vector.getChildByOrdinal(1);
      clock = new WallClock(zone);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      clock.append(seconds.get(row), nanos.get(row), out);
    }
  }

  /** {@code P1Y2M}. */
  static final class OfMonths extends ColumnText.OfVector<IntervalYearVector> {
    OfMonths(IntervalYearVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(Period.ofMonths(vector.get(row)).normalized().toString());
    }
  }

  /** {@code PT24H0.5S}. */
  static final class OfDuration extends ColumnText.OfVector<StructVector> {
    private final BigIntVector seconds;
    private final IntVector nanos;

    OfDuration(StructVector vector) {
      super(vector);
      seconds = (BigIntVector) vector.getChildByOrdinal(0);
      nanos = (IntVector) vector.getChildByOrdinal(1);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(Duration.ofSeconds(seconds.get(row), nanos.get(row)).toString());
    }
  }

  /** What a clock on the wall of a zone shows. */
  private record WallClock(ZoneId zone) {
    void append(long second, int nano, Utf8Buffer out) {
      ZoneOffset offset =
          zone instanceof ZoneOffset fixed
              ? fixed
              : zone.getRules().getOffset(Instant.ofEpochSecond(second));
      long local = second + offset.getTotalSeconds();
      date(Math.floorDiv(local, SECONDS_PER_DAY), out);
      int ofDay = (int) Math.floorMod(local, SECONDS_PER_DAY);
      out.append(' ');
      out.appendDigits(ofDay / 3600, 2);
      out.append(':');
      out.appendDigits(ofDay / 60 % 60, 2);
      out.append(':');
      out.appendDigits(ofDay % 60, 2);
      if (nano > 0) {
        int digits = nano;
        int width = 9;
        while (digits % 10 == 0) {
          digits /= 10;
          width--;
        }
        out.append('.');
        out.appendDigits(digits, width);
      }
    }
  }

  private static void date(long epochDay, Utf8Buffer out) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    if (date.getYear() < 0 || date.getYear() > 9999) {
      out.append(date.toString());
      return;
    }
    out.appendDigits(date.getYear(), 4);
    out.append('-');
    out.appendDigits(date.getMonthValue(), 2);
    out.append('-');
    out.appendDigits(date.getDayOfMonth(), 2);
  }
}
