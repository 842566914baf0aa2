package io.tunnel.protocol.pack;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Turns decimal numbers from 128 bits into plain text and back without an object for each number.
 * An instance holds the last result and belongs to one column.
 */
final class Decimal128 {
  /** Sign, 39 digits, point, and a zero before it. */
  private static final int MAX_TEXT = 48;

  /** Longer text is refused before anyone computes with it. */
  private static final int MAX_PARSED_TEXT = 512;

  private static final int LONG_DIGITS = 18;
  private static final long BILLION = 1_000_000_000L;
  private static final long MASK = 0xffffffffL;
  private static final long[] POWERS = powers();

  private final int precision;
  private final int scale;
  private final byte[] text = new byte[MAX_TEXT];
  private int start;
  private int digits;
  private long low;
  private long high;

  /** Numbers of at most {@code precision} digits, {@code scale} of them behind the point. */
  Decimal128(int precision, int scale) {
    this.precision = precision;
    this.scale = scale;
  }

  long low() {
    return low;
  }

  long high() {
    return high;
  }

  byte[] text() {
    return text;
  }

  int textStart() {
    return start;
  }

  int textLength() {
    return MAX_TEXT - start;
  }

  /**
   * Writes plain notation with exactly the digits of the scale behind the point.
   *
   * @throws InvalidValueException if the number has more digits than the column
   */
  void print(long newLow, long newHigh) {
    start = MAX_TEXT;
    digits = 0;
    boolean negative = newHigh < 0;
    if (newHigh == newLow >> 63 && newLow != Long.MIN_VALUE) {
      printLong(Math.abs(newLow));
    } else {
      long magnitudeLow = negative ? -newLow : newLow;
      long magnitudeHigh = negative ? ~newHigh + (newLow == 0 ? 1 : 0) : newHigh;
      printWide(magnitudeLow, magnitudeHigh);
    }
    boolean fits = digits <= precision;
    while (digits <= scale) {
      digit(0);
    }
    if (negative) {
      text[--start] = '-';
    }
    if (!fits) {
      throw new InvalidValueException(
          new String(text, start, textLength(), StandardCharsets.ISO_8859_1)
              + " has more than "
              + precision
              + " digits");
    }
  }

  private void printLong(long magnitude) {
    long rest = magnitude;
    while (rest != 0) {
      long quotient = rest / 10;
      digit((int) (rest - quotient * 10));
      rest = quotient;
    }
  }

  private void printWide(long magnitudeLow, long magnitudeHigh) {
    long a = magnitudeHigh >>> 32;
    long b = magnitudeHigh & MASK;
    long c = magnitudeLow >>> 32;
    long d = magnitudeLow & MASK;
    while ((a | b | c | d) != 0) {
      b |= a % BILLION << 32;
      a /= BILLION;
      c |= b % BILLION << 32;
      b /= BILLION;
      d |= c % BILLION << 32;
      c /= BILLION;
      int nine = (int) (d % BILLION);
      d /= BILLION;
      boolean more = (a | b | c | d) != 0;
      for (int i = 0; i < 9 && (more || nine != 0); i++) {
        digit(nine % 10);
        nine /= 10;
      }
    }
  }

  private void digit(int value) {
    if (digits == scale && scale > 0) {
      text[--start] = '.';
    }
    text[--start] = (byte) ('0' + value);
    digits++;
  }

  /**
   * Reads plain or exponent notation.
   *
   * @throws InvalidValueException if the text is no number, or has more digits than the column
   */
  void parse(byte[] source, int offset, int length) {
    if (!parseShort(source, offset, length)) {
      parseLong(source, offset, length);
    }
  }

  /** Plain notation of at most 18 digits in the end; false if the text is something else. */
  private boolean parseShort(byte[] source, int offset, int length) {
    int at = offset;
    int end = offset + length;
    boolean negative = length > 0 && source[at] == '-';
    if (negative || (length > 0 && source[at] == '+')) {
      at++;
    }
    if (at == end || end - at > LONG_DIGITS) {
      return false;
    }
    long value = 0;
    int point = -1;
    for (int i = at; i < end; i++) {
      int c = source[i];
      if (c == '.' && point < 0) {
        point = i;
      } else if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
      } else {
        return false;
      }
    }
    int fraction = point < 0 ? 0 : end - point - 1;
    int missing = scale - fraction;
    if (missing < 0
        || missing > LONG_DIGITS
        || (point >= 0 && end - at == 1)
        || value > Long.MAX_VALUE / POWERS[missing]) {
      return false;
    }
    value *= POWERS[missing];
    if (precision <= LONG_DIGITS && value >= POWERS[precision]) {
      return false;
    }
    low = negative ? -value : value;
    high = low >> 63;
    return true;
  }

  private void parseLong(byte[] source, int offset, int length) {
    String string =
        new String(source, offset, Math.min(length, MAX_PARSED_TEXT), StandardCharsets.ISO_8859_1);
    if (length > MAX_PARSED_TEXT) {
      throw new InvalidValueException("a decimal text of " + length + " bytes is too long");
    }
    BigDecimal number;
    try {
      number = new BigDecimal(string).stripTrailingZeros();
    } catch (NumberFormatException e) {
      throw new InvalidValueException("\"" + string + "\" is not a decimal number");
    }
    if (number.scale() > scale) {
      throw new InvalidValueException(
          string + " has more than " + scale + " digits behind the decimal point");
    }
    // Before anything is multiplied out: the exponent may be a billion.
    if ((long) number.precision() - number.scale() > precision - scale && number.signum() != 0) {
      throw new InvalidValueException(
          string + " has more than " + (precision - scale) + " digits before the decimal point");
    }
    BigInteger unscaled =
        number.signum() == 0 ? BigInteger.ZERO : number.setScale(scale).unscaledValue();
    low = unscaled.longValue();
    high = unscaled.shiftRight(Long.SIZE).longValue();
  }

  private static long[] powers() {
    long[] powers = new long[LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
