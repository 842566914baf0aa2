package io.tunnel.jdbc.value;

import static java.time.temporal.ChronoField.HOUR_OF_DAY;
import static java.time.temporal.ChronoField.MINUTE_OF_HOUR;
import static java.time.temporal.ChronoField.NANO_OF_SECOND;
import static java.time.temporal.ChronoField.SECOND_OF_MINUTE;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import org.jspecify.annotations.Nullable;

/** The text forms of dates and times, read and written by one pair of formatters. */
final class TemporalText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendValue(HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(MINUTE_OF_HOUR, 2)
          .optionalStart()
          .appendLiteral(':')
          .appendValue(SECOND_OF_MINUTE, 2)
          .optionalStart()
          .appendFraction(NANO_OF_SECOND, 1, 9, true)
          .toFormatter();

  private static final DateTimeFormatter PARSER =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .optionalStart()
          .appendLiteral(' ')
          .optionalEnd()
          .optionalStart()
          .appendLiteral('T')
          .optionalEnd()
          .append(TIME)
          .optionalStart()
          .appendLiteral(' ')
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT);

  private static final DateTimeFormatter PRINTER =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .appendValue(HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(MINUTE_OF_HOUR, 2)
          .appendLiteral(':')
          .appendValue(SECOND_OF_MINUTE, 2)
          .appendFraction(NANO_OF_SECOND, 0, 9, true)
          .toFormatter();

  private TemporalText() {}

  /**
   * What a text says.
   *
   * @param wall the wall clock; midnight if the text is a date only
   * @param offset the offset, if the text has one
   */
  record Parsed(LocalDateTime wall, @Nullable ZoneOffset offset) {}

  static Parsed parse(String text) throws ValueException {
    try {
      TemporalAccessor parsed = PARSER.parse(text.strip());
      LocalTime time = parsed.query(TemporalQueries.localTime());
      LocalDate date = LocalDate.from(parsed);
      return new Parsed(
          date.atTime(time == null ? LocalTime.MIDNIGHT : time),
          parsed.query(TemporalQueries.offset()));
    } catch (DateTimeException e) {
      throw ValueException.malformed(
          "a date or time", "2026-01-31, 2026-01-31 23:59:59.123456789 or 2026-01-31 23:59:59Z");
    }
  }

  static LocalTime parseTime(String text) throws ValueException {
    try {
      return LocalTime.parse(text.strip(), TIME);
    } catch (DateTimeException e) {
      return parse(text).wall().toLocalTime();
    }
  }

  /** {@code 2026-01-31 23:59:59} with as many digits of the second as are not zero. */
  static String print(LocalDateTime wall) {
    return PRINTER.format(wall);
  }
}
