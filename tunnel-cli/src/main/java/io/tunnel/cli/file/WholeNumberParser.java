package io.tunnel.cli.file;

/** TINYINT, SMALLINT, INT, BIGINT: an optional sign and decimal digits. */
final class WholeNumberParser extends FieldParser {
  /** Where the number goes. */
  interface Target {
    void set(int row, long value);
  }

  private final long min;
  private final long max;
  private final Target target;

  WholeNumberParser(long min, long max, Target target) {
    this.min = min;
    this.max = max;
    this.target = target;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    int index = 0;
    boolean negative = field.at(0) == '-';
    if (negative || field.at(0) == '+') {
      index++;
    }
    if (index == field.length) {
      throw notWhole();
    }
    // Counted downwards, because Long.MIN_VALUE has no positive twin.
    long value = 0;
    for (; index < field.length; index++) {
      int digit = field.at(index) - '0';
      if (digit < 0 || digit > 9) {
        throw notWhole();
      }
      if (value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
        throw outOfRange();
      }
      value = value * 10 - digit;
    }
    if (!negative) {
      if (value == Long.MIN_VALUE) {
        throw outOfRange();
      }
      value = -value;
    }
    put(value, row);
  }

  /** Puts a number that is none of text. */
  void put(long value, int row) throws BadFieldException {
    if (value < min || value > max) {
      throw outOfRange();
    }
    target.set(row, value);
  }

  private static BadFieldException notWhole() {
    return new BadFieldException("is not a whole number");
  }

  private BadFieldException outOfRange() {
    return new BadFieldException("is out of range: it must lie between " + min + " and " + max);
  }
}
