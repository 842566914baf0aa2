package io.tunnel.jdbc.value;

import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import org.jspecify.annotations.Nullable;

/**
 * The {@code java.sql} classes, which carry a wall clock as the instant at which the wall clock of
 * a zone shows it: the zone of the given calendar, else that of the JVM, as JDBC prescribes. An
 * Instant becomes a Timestamp of the same instant, whatever the zone.
 */
final class SqlTimes {
  private static final long MILLIS_PER_DAY = 86_400_000L;

  /** Since January 1972 no zone has had an offset with seconds (time zone database, Liberia). */
  private static final long WHOLE_MINUTES = Instant.parse("1972-02-01T00:00:00Z").toEpochMilli();

  private SqlTimes() {}

  /** The same as {@code toLocalDate().toEpochDay()}, without the objects that it makes. */
  static long epochDay(Date date) {
    return date.getTime() < WHOLE_MINUTES
        ? date.toLocalDate().toEpochDay()
        : Math.floorDiv(wallMillis(date), MILLIS_PER_DAY);
  }

  /** The same as {@code toLocalDateTime()}, without the objects that it makes. */
  static LocalDateTime wall(Timestamp timestamp) {
    return timestamp.getTime() < WHOLE_MINUTES
        ? timestamp.toLocalDateTime()
        : LocalDateTime.ofEpochSecond(
            Math.floorDiv(wallMillis(timestamp), 1000L), timestamp.getNanos(), ZoneOffset.UTC);
  }

  /** The wall clock of the JVM's zone as milliseconds, right if its offset is in whole minutes. */
  @SuppressWarnings("deprecation")
  private static long wallMillis(java.util.Date value) {
    // Deprecated, but the only way to the JVM's zone that does not copy the zone each time.
    return value.getTime() - value.getTimezoneOffset() * 60_000L;
  }

  static Timestamp timestamp(Instant instant) throws ValueException {
    try {
      return Timestamp.from(instant);
    } catch (IllegalArgumentException e) {
      throw new ValueException(
          ValueException.TIME_OUT_OF_RANGE, instant + " is out of java.sql.Timestamp's range");
    }
  }

  static Timestamp timestamp(LocalDateTime wall, @Nullable Calendar calendar) {
    if (calendar == null) {
      return Timestamp.valueOf(wall);
    }
    Timestamp timestamp = new Timestamp(millis(wall, calendar));
    timestamp.setNanos(wall.getNano());
    return timestamp;
  }

  static Date date(LocalDate date, @Nullable Calendar calendar) {
    return calendar == null ? Date.valueOf(date) : new Date(millis(date.atStartOfDay(), calendar));
  }

  static Time time(LocalTime time, @Nullable Calendar calendar) {
    Calendar clock = calendar == null ? new GregorianCalendar() : calendar;
    LocalDateTime wall = time.atDate(LocalDate.EPOCH);
    return new Time(millis(wall, clock) + time.getNano() / 1_000_000);
  }

  static ZoneId zone(@Nullable Calendar calendar) {
    return calendar == null ? ZoneId.systemDefault() : calendar.getTimeZone().toZoneId();
  }

  /** The wall clock that the calendar shows at the value's instant. */
  static LocalDateTime wall(java.util.Date value, Calendar calendar) {
    Calendar clock = (Calendar) calendar.clone();
    clock.setTimeInMillis(value.getTime());
    int year = clock.get(Calendar.YEAR);
    LocalDateTime wall =
        LocalDateTime.of(
            clock.get(Calendar.ERA) == GregorianCalendar.BC ? 1 - year : year,
            clock.get(Calendar.MONTH) + 1,
            clock.get(Calendar.DAY_OF_MONTH),
            clock.get(Calendar.HOUR_OF_DAY),
            clock.get(Calendar.MINUTE),
            clock.get(Calendar.SECOND));
    return value instanceof Timestamp timestamp
        ? wall.withNano(timestamp.getNanos())
        : wall.withNano(clock.get(Calendar.MILLISECOND) * 1_000_000);
  }

  private static long millis(LocalDateTime wall, Calendar calendar) {
    Calendar clock = (Calendar) calendar.clone();
    clock.clear();
    clock.setLenient(true);
    int year = wall.getYear();
    clock.set(Calendar.ERA, year > 0 ? GregorianCalendar.AD : GregorianCalendar.BC);
    clock.set(
        year > 0 ? year : 1 - year,
        wall.getMonthValue() - 1,
        wall.getDayOfMonth(),
        wall.getHour(),
        wall.getMinute(),
        wall.getSecond());
    return clock.getTimeInMillis();
  }
}
