package io.tunnel.cli.file;

import io.tunnel.protocol.type.DecimalType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.arrow.vector.DecimalVector;

/** DECIMAL: never rounded; digits behind the scale are an error unless they are zeros. */
final class DecimalParser extends FieldParser {
  private static final int LONG_DIGITS = 18;
  private static final long[] POWERS = powers();

  private final DecimalVector vector;
  private final DecimalType type;

  DecimalParser(DecimalVector vector, DecimalType type) {
    this.vector = vector;
    this.type = type;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    if (!putLong(field, row)) {
      putLarge(field, row);
    }
  }

  /** The short way without an object, for plain numbers of at most 18 digits after scaling. */
  private boolean putLong(Field field, int row) throws BadFieldException {
    boolean negative = field.at(0) == '-';
    long unscaled = 0;
    int digits = 0;
    int fraction = -1;
    for (int i = negative || field.at(0) == '+' ? 1 : 0; i < field.length; i++) {
      char character = field.at(i);
      if (character == '.' && fraction < 0) {
        fraction = 0;
      } else if (character >= '0' && character <= '9' && digits < LONG_DIGITS) {
        unscaled = unscaled * 10 + (character - '0');
        digits++;
        if (fraction >= 0) {
          fraction++;
        }
      } else {
        return false;
      }
    }
    int missing = type.scale() - Math.max(fraction, 0);
    if (digits == 0 || missing < 0 || digits + missing > LONG_DIGITS) {
      return false;
    }
    unscaled *= POWERS[missing];
    if (type.precision() < LONG_DIGITS && unscaled >= POWERS[type.precision()]) {
      throw tooLarge();
    }
    vector.set(row, negative ? -unscaled : unscaled);
    return true;
  }

  private void putLarge(Field field, int row) throws BadFieldException {
    BigDecimal value;
    try {
      value = new BigDecimal(field.buffer, field.offset, field.length);
    } catch (NumberFormatException e) {
      throw new BadFieldException("is not a decimal number");
    }
    // Before scaling, because scaling 1e999999999 would write out its zeros.
    if ((long) value.precision() - value.scale() > type.arrowPrecision() && value.signum() != 0) {
      throw tooLarge();
    }
    try {
      value = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
    } catch (ArithmeticException e) {
      throw new BadFieldException("has more than " + type.scale() + " digits behind the point");
    }
    if (value.precision() > type.arrowPrecision()) {
      throw tooLarge();
    }
    vector.set(row, value);
  }

  private BadFieldException tooLarge() {
    return new BadFieldException(
        "is too large: it has more than "
            + (type.arrowPrecision() - type.scale())
            + " digits before the point");
  }

  private static long[] powers() {
    long[] powers = new long[LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i <= LONG_DIGITS; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
