package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes DECIMAL. Trailing zeros may be added or dropped, other digits never. */
final class DecimalWriter extends FixedWidthWriter {
  private static final int LONG_DIGITS = 18;
  private static final long[] POWERS = powers();

  private final int precision;
  private final int scale;
  private final String range;

  /** Numbers of at most so many digits, at the column's scale, are computed with as longs. */
  private final int shortDigits;

  /** The first whole number that is too large, or above 18 digits for a long. */
  private final long wholeLimit;

  DecimalWriter(
      Column column, DecimalType type, ValueConverter converter, BufferAllocator allocator) {
    super(column, converter, allocator, 2 * Long.BYTES);
    this.precision = type.arrowPrecision();
    this.scale = type.scale();
    this.shortDigits = Math.min(precision, LONG_DIGITS);
    this.wholeLimit = shortDigits >= scale ? POWERS[shortDigits - scale] : 0;
    this.range =
        "the column holds "
            + (precision - scale)
            + " digits before and "
            + scale
            + " behind the point";
  }

  private static long[] powers() {
    long[] powers = new long[LONG_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  private void put(int index, long unscaled) {
    put(index, unscaled, unscaled >> (Long.SIZE - 1));
  }

  private void put(int index, long low, long high) {
    long slot = slot(index);
    MemoryUtil.putLong(slot, low);
    MemoryUtil.putLong(slot + Long.BYTES, high);
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

  @Override
  void putLong(int index, long value) throws ValueException {
    if (value < wholeLimit && value > -wholeLimit) {
      put(index, value * POWERS[scale]);
    } else {
      putWide(index, BigDecimal.valueOf(value));
    }
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    BigDecimal number =
        value instanceof BigDecimal decimal ? decimal : ValueConverter.toDecimal(value);
    int missing = scale - number.scale();
    if (missing >= 0 && missing <= LONG_DIGITS && number.precision() + missing <= shortDigits) {
      // As a whole number, it shows its digits as a long without a BigInteger in between.
      long unscaled = number.scaleByPowerOfTen(number.scale()).longValue();
      put(index, unscaled * POWERS[missing]);
    } else {
      putWide(index, number);
    }
  }

  private void putWide(int index, BigDecimal number) throws ValueException {
    if (number.signum() == 0) {
      put(index, 0);
      return;
    }
    // Compared before the digits are expanded: 1E+999999999 must not cost a gigabyte.
    if ((long) number.precision() - number.scale() > precision - scale) {
      throw new ValueException(ValueException.OUT_OF_RANGE, range);
    }
    BigInteger unscaled = rescale(number).unscaledValue();
    put(index, unscaled.longValue(), unscaled.shiftRight(Long.SIZE).longValue());
  }

  private BigDecimal rescale(BigDecimal number) throws ValueException {
    try {
      return number.setScale(scale, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException e) {
      throw new ValueException(ValueException.OUT_OF_RANGE, range);
    }
  }
}
