package io.tunnel.jdbc.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns any Java value that JDBC users pass or ask for into any other, in both directions: setters
 * and getters share it, so they cannot disagree. Values are never null here.
 *
 * <p>Rules of time: between an instant (DATETIME, TIMESTAMP, Instant, OffsetDateTime,
 * ZonedDateTime) and a wall clock (TIMESTAMP_NTZ, DATE, LocalDateTime, LocalDate, text without
 * offset) stands the zone of the connection, never that of the JVM. Only the {@code java.sql}
 * classes use the JVM's zone, or the calendar given with them, because JDBC defines them so.
 *
 * @param zone the zone of the connection
 */
public record ValueConverter(ZoneId zone) {
  private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  /** What happens to digits behind the point when an integer is wanted. */
  public enum Fraction {
    /** They are cut off, as JDBC getters do. */
    CUT,
    /** They are an error, as for what is stored. */
    REFUSE
  }

  /** An integer of at most 64 bits between the two bounds. */
  public long toIntegral(Object value, long min, long max, Fraction fraction)
      throws ValueException {
    long number = toLong(value, fraction);
    if (number < min || number > max) {
      throw outOfRange(min, max);
    }
    return number;
  }

  /** The error for an integer outside of its type. */
  public static ValueException outOfRange(long min, long max) {
    return new ValueException(
        ValueException.OUT_OF_RANGE, "it must lie between " + min + " and " + max);
  }

  private static long toLong(Object value, Fraction fraction) throws ValueException {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Boolean bit) {
      return bit ? 1 : 0;
    }
    BigDecimal number = toDecimal(value);
    // Compared before the digits are expanded: 1E+999999999 must not cost a gigabyte.
    if (number.compareTo(LONG_MIN) < 0 || number.compareTo(LONG_MAX) > 0) {
      BigDecimal whole = number.precision() - number.scale() > 20 ? number : cut(number);
      if (whole.compareTo(LONG_MIN) < 0 || whole.compareTo(LONG_MAX) > 0) {
        throw outOfRange(Long.MIN_VALUE, Long.MAX_VALUE);
      }
    }
    BigDecimal whole = cut(number);
    if (fraction == Fraction.REFUSE && whole.compareTo(number) != 0) {
      throw new ValueException(
          ValueException.OUT_OF_RANGE, "it has digits behind the point, the column has none");
    }
    return whole.longValueExact();
  }

  private static BigDecimal cut(BigDecimal number) {
    if (number.signum() == 0 || number.precision() <= number.scale()) {
      return BigDecimal.ZERO;
    }
    return number.setScale(0, RoundingMode.DOWN);
  }

  /** A 64-bit float; decimal numbers are rounded to the nearest one. */
  public double toDouble(Object value) throws ValueException {
    if (value instanceof Float number) {
      return number;
    }
    if (value instanceof Number number) {
      double result = number.doubleValue();
      if (Double.isInfinite(result) && !(value instanceof Double)) {
        throw new ValueException(ValueException.OUT_OF_RANGE, "it is out of DOUBLE's range");
      }
      return result;
    }
    if (value instanceof Boolean bit) {
      return bit ? 1 : 0;
    }
    if (value instanceof String text) {
      try {
        return Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        throw ValueException.malformed("a number", "-12.5e3");
      }
    }
    throw ValueException.wrongType(value, "a number");
  }

  /** A 32-bit float; a finite number must stay finite. */
  public float toFloat(Object value) throws ValueException {
    if (value instanceof Float number) {
      return number;
    }
    double wide = toDouble(value);
    float number = (float) wide;
    if (Float.isInfinite(number) && !Double.isInfinite(wide)) {
      throw new ValueException(ValueException.OUT_OF_RANGE, "it is out of FLOAT's range");
    }
    return number;
  }

  /** True or false; of numbers only 1 and 0, of texts true, false, 1 and 0. */
  public boolean toBoolean(Object value) throws ValueException {
    if (value instanceof Boolean bit) {
      return bit;
    }
    if (value instanceof String text) {
      String word = text.strip();
      if (word.equalsIgnoreCase("true") || word.equals("1")) {
        return true;
      }
      if (word.equalsIgnoreCase("false") || word.equals("0")) {
        return false;
      }
      throw ValueException.malformed("a boolean", "true, false, 1 or 0");
    }
    if (value instanceof Number) {
      BigDecimal number = toDecimal(value);
      if (number.signum() == 0) {
        return false;
      }
      if (number.compareTo(BigDecimal.ONE) == 0) {
        return true;
      }
      throw new ValueException(ValueException.OUT_OF_RANGE, "only 1 and 0 can become a boolean");
    }
    throw ValueException.wrongType(value, "a boolean");
  }

  /** An exact decimal number; of floats the shortest one that denotes them. */
  public static BigDecimal toDecimal(Object value) throws ValueException {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (Double.isNaN(number) || Double.isInfinite(number)) {
        throw new ValueException(
            ValueException.OUT_OF_RANGE, "NaN and infinity are no exact numbers");
      }
      return new BigDecimal(value.toString());
    }
    if (value instanceof Number number) {
      return BigDecimal.valueOf(number.longValue());
    }
    if (value instanceof Boolean bit) {
      return bit ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof String text) {
      try {
        return new BigDecimal(text.strip());
      } catch (NumberFormatException e) {
        throw ValueException.malformed("a number", "-12.5");
      }
    }
    throw ValueException.wrongType(value, "a number");
  }

  /** Text: what {@code getString} gives. */
  public String toText(Object value) throws ValueException {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof LocalDate
        || value instanceof LocalTime
        || value instanceof Period
        || value instanceof Duration
        || value instanceof UUID
        || value instanceof Enum<?>
        || value instanceof Time
        || value instanceof Date) {
      return value.toString();
    }
    if (value instanceof byte[] bytes) {
      return NestedText.hex(bytes);
    }
    if (value instanceof LocalDateTime wall) {
      return TemporalText.print(wall);
    }
    if (value instanceof Instant
        || value instanceof OffsetDateTime
        || value instanceof ZonedDateTime
        || value instanceof java.util.Date
        || value instanceof Calendar
        || value instanceof ZonedSqlValue) {
      return TemporalText.print(toDateTime(value));
    }
    return new NestedText(this).print(value);
  }

  /** Bytes; text has no bytes before an encoding is chosen, so it is refused. */
  public static byte[] toBytes(Object value) throws ValueException {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String) {
      throw new ValueException(
          ValueException.WRONG_TYPE, "text has no bytes before an encoding is chosen; pass byte[]");
    }
    throw ValueException.wrongType(value, "bytes");
  }

  /** A calendar day. */
  public LocalDate toDate(Object value) throws ValueException {
    if (value instanceof LocalDate date) {
      return date;
    }
    if (value instanceof Date date) {
      return date.toLocalDate();
    }
    return toDateTime(value).toLocalDate();
  }

  /** A calendar day, in days since 1970-01-01. */
  public long toEpochDay(Object value) throws ValueException {
    return value instanceof Date date ? SqlTimes.epochDay(date) : toDate(value).toEpochDay();
  }

  /** A time of day. */
  public LocalTime toTime(Object value) throws ValueException {
    if (value instanceof LocalTime time) {
      return time;
    }
    if (value instanceof Time time) {
      return time.toLocalTime().plusNanos(Math.floorMod(time.getTime(), 1000L) * 1_000_000);
    }
    return value instanceof String text
        ? TemporalText.parseTime(text)
        : toDateTime(value).toLocalTime();
  }

  /** A wall clock. */
  public LocalDateTime toDateTime(Object value) throws ValueException {
    if (value instanceof LocalDateTime wall) {
      return wall;
    }
    if (value instanceof LocalDate date) {
      return date.atStartOfDay();
    }
    if (value instanceof Timestamp timestamp) {
      return SqlTimes.wall(timestamp);
    }
    if (value instanceof Date date) {
      return date.toLocalDate().atStartOfDay();
    }
    if (value instanceof Time) {
      throw ValueException.wrongType(value, "a date");
    }
    if (value instanceof ZonedSqlValue zoned) {
      return SqlTimes.wall(zoned.value(), zoned.calendar());
    }
    if (value instanceof java.util.Date date) {
      return new Timestamp(date.getTime()).toLocalDateTime();
    }
    if (value instanceof String text) {
      TemporalText.Parsed parsed = TemporalText.parse(text);
      return parsed.offset() == null
          ? parsed.wall()
          : LocalDateTime.ofInstant(parsed.wall().toInstant(parsed.offset()), zone);
    }
    try {
      return LocalDateTime.ofInstant(toInstant(value), zone);
    } catch (DateTimeException e) {
      throw new ValueException(ValueException.TIME_OUT_OF_RANGE, "it is out of range");
    }
  }

  /** An instant. */
  public Instant toInstant(Object value) throws ValueException {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof ZonedDateTime time) {
      return time.toInstant();
    }
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    if (value instanceof Time) {
      throw ValueException.wrongType(value, "an instant");
    }
    if (value instanceof java.util.Date date) {
      return Instant.ofEpochMilli(date.getTime());
    }
    if (value instanceof Calendar calendar) {
      return calendar.toInstant();
    }
    if (value instanceof ZonedSqlValue zoned) {
      return toInstant(zoned.value());
    }
    if (value instanceof LocalDateTime wall) {
      return wall.atZone(zone).toInstant();
    }
    if (value instanceof LocalDate date) {
      return date.atStartOfDay(zone).toInstant();
    }
    if (value instanceof String text) {
      TemporalText.Parsed parsed = TemporalText.parse(text);
      return parsed.offset() == null
          ? parsed.wall().atZone(zone).toInstant()
          : parsed.wall().toInstant(parsed.offset());
    }
    throw ValueException.wrongType(value, "a date or time");
  }

  /** A {@code java.sql.Timestamp}: of an instant the same one, of a wall clock see SqlTimes. */
  public Timestamp toSqlTimestamp(Object value, @Nullable Calendar calendar) throws ValueException {
    if (value instanceof Timestamp timestamp) {
      return timestamp;
    }
    if (value instanceof LocalDate || value instanceof LocalDateTime) {
      return SqlTimes.timestamp(toDateTime(value), calendar);
    }
    if (value instanceof String text) {
      TemporalText.Parsed parsed = TemporalText.parse(text);
      return parsed.offset() == null
          ? SqlTimes.timestamp(parsed.wall(), calendar)
          : SqlTimes.timestamp(parsed.wall().toInstant(parsed.offset()));
    }
    return SqlTimes.timestamp(toInstant(value));
  }

  /** A {@code java.sql.Date}: of an instant the day in the calendar's or the JVM's zone. */
  public Date toSqlDate(Object value, @Nullable Calendar calendar) throws ValueException {
    if (value instanceof Date date) {
      return date;
    }
    LocalDate date =
        value instanceof Instant instant
            ? LocalDate.ofInstant(instant, SqlTimes.zone(calendar))
            : toDate(value);
    return SqlTimes.date(date, calendar);
  }

  /** A {@code java.sql.Time}: of an instant the time in the calendar's or the JVM's zone. */
  public Time toSqlTime(Object value, @Nullable Calendar calendar) throws ValueException {
    if (value instanceof Time time) {
      return time;
    }
    if (value instanceof LocalDate) {
      throw ValueException.wrongType(value, "a time of day");
    }
    LocalTime time =
        value instanceof Instant instant
            ? LocalTime.ofInstant(instant, SqlTimes.zone(calendar))
            : toTime(value);
    return SqlTimes.time(time, calendar);
  }

  /** Months; text in the form of {@link Period}. */
  public static Period toPeriod(Object value) throws ValueException {
    if (value instanceof Period period) {
      return period;
    }
    if (value instanceof String text) {
      try {
        return Period.parse(text.strip());
      } catch (DateTimeException e) {
        throw ValueException.malformed("a period", "P1Y2M");
      }
    }
    throw ValueException.wrongType(value, "a period of months");
  }

  /** Seconds and nanoseconds; text in the form of {@link Duration}. */
  public static Duration toDuration(Object value) throws ValueException {
    if (value instanceof Duration duration) {
      return duration;
    }
    if (value instanceof String text) {
      try {
        return Duration.parse(text.strip());
      } catch (DateTimeException e) {
        throw ValueException.malformed("a duration", "P1DT2H3.5S");
      }
    }
    throw ValueException.wrongType(value, "a duration");
  }
}
