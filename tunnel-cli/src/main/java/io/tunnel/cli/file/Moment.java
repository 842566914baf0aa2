package io.tunnel.cli.file;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The parts of a date or of a date with time. Understood: {@code yyyy-mm-dd}, then optionally a
 * blank or {@code T} and {@code hh:mm[:ss[.fraction]]} with up to 9 digits, then optionally {@code
 * Z} or an offset {@code +hh:mm}, {@code +hhmm} or {@code +hh}. One object serves a whole column.
 */
final class Moment {
  private static final int[] FRACTION_UNITS = {
    0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  long epochDay;
  int secondOfDay;
  int nano;
  boolean hasTime;
  boolean hasOffset;
  private int offsetSeconds;

  private final Field text = new Field();
  private int position;

  void parse(Field field) throws BadFieldException {
    text.set(field.buffer, field.offset, field.length);
    position = 0;
    secondOfDay = 0;
    nano = 0;
    hasTime = false;
    hasOffset = false;
    date();
    if (position < text.length && (peek() == 'T' || peek() == ' ')) {
      position++;
      hasTime = true;
      time();
      offset();
    }
    if (position < text.length) {
      throw malformed();
    }
  }

  /** The seconds since 1970-01-01T00:00Z, with this zone unless an offset was written. */
  long epochSecond(ZoneId zone) {
    long local = epochDay * 86_400 + secondOfDay;
    if (hasOffset) {
      return local - offsetSeconds;
    }
    if (zone instanceof ZoneOffset fixed) {
      return local - fixed.getTotalSeconds();
    }
    LocalDateTime wallClock = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
    return local - zone.getRules().getOffset(wallClock).getTotalSeconds();
  }

  private void date() throws BadFieldException {
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    int day = digits(2);
    try {
      epochDay = LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw new BadFieldException("is no day of the calendar");
    }
  }

  private void time() throws BadFieldException {
    int hour = digits(2);
    expect(':');
    int minute = digits(2);
    int second = 0;
    if (position < text.length && peek() == ':') {
      position++;
      second = digits(2);
      if (position < text.length && peek() == '.') {
        position++;
        nano = fraction();
      }
    }
    if (hour > 23 || minute > 59 || second > 59) {
      throw new BadFieldException("is no time of the day");
    }
    secondOfDay = hour * 3600 + minute * 60 + second;
  }

  private int fraction() throws BadFieldException {
    int start = position;
    int value = 0;
    while (position < text.length && isDigit(peek())) {
      if (position - start == 9) {
        throw new BadFieldException("has more than 9 digits behind the second");
      }
      value = value * 10 + (peek() - '0');
      position++;
    }
    if (position == start) {
      throw malformed();
    }
    return value * FRACTION_UNITS[position - start];
  }

  private void offset() throws BadFieldException {
    if (position == text.length) {
      return;
    }
    hasOffset = true;
    char sign = peek();
    position++;
    if (sign == 'Z' || sign == 'z') {
      offsetSeconds = 0;
      return;
    }
    if (sign != '+' && sign != '-') {
      throw malformed();
    }
    int hours = digits(2);
    int minutes = 0;
    if (position < text.length) {
      if (peek() == ':') {
        position++;
      }
      minutes = digits(2);
    }
    if (hours > 18 || minutes > 59) {
      throw new BadFieldException("has an offset beyond 18 hours");
    }
    offsetSeconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
  }

  private int digits(int count) throws BadFieldException {
    if (position + count > text.length) {
      throw malformed();
    }
    int value = 0;
    for (int i = 0; i < count; i++) {
      char character = peek();
      if (!isDigit(character)) {
        throw malformed();
      }
      value = value * 10 + (character - '0');
      position++;
    }
    return value;
  }

  private void expect(char expected) throws BadFieldException {
    if (position == text.length || peek() != expected) {
      throw malformed();
    }
    position++;
  }

  private char peek() {
    return text.at(position);
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static BadFieldException malformed() {
    return new BadFieldException(
        "is not a date: write yyyy-mm-dd, with a time yyyy-mm-dd hh:mm:ss[.fraction]");
  }
}
