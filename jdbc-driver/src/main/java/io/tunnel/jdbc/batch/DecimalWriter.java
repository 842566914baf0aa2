package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.arrow.vector.DecimalVector;

/** Writes DECIMAL. Trailing zeros may be added or dropped, other digits never. */
final class DecimalWriter extends ColumnWriter {
  private static final int LONG_DIGITS = 18;

  private final DecimalVector vector;
  private final int precision;
  private final int scale;
  private final String range;

  DecimalWriter(Column column, DecimalType type, DecimalVector vector, ValueConverter converter) {
    super(column, vector, converter);
    this.vector = vector;
    this.precision = type.arrowPrecision();
    this.scale = type.scale();
    this.range =
        "the column holds "
            + (precision - scale)
            + " digits before and "
            + scale
            + " behind the point";
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    BigDecimal number = ValueConverter.toDecimal(value);
    if (number.signum() == 0) {
      vector.setSafe(row, 0L);
      return;
    }
    // Compared before the digits are expanded: 1E+999999999 must not cost a gigabyte.
    if ((long) number.precision() - number.scale() > precision - scale) {
      throw new ValueException(ValueException.OUT_OF_RANGE, range);
    }
    if (number.scale() != scale) {
      number = rescale(number);
    }
    if (number.precision() <= LONG_DIGITS) {
      vector.setSafe(row, number.scaleByPowerOfTen(scale).longValue());
    } else {
      vector.setSafe(row, number);
    }
  }

  private BigDecimal rescale(BigDecimal number) throws ValueException {
    try {
      return number.setScale(scale, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException e) {
      throw new ValueException(ValueException.OUT_OF_RANGE, range);
    }
  }
}
