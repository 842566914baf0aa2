package io.tunnel.spark.row;

import io.tunnel.protocol.type.DecimalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * DECIMAL: 16 bytes, the unscaled value at the scale of the table's column. A value that has too
 * many digits before or, unless they are zeros, behind the point is refused and never rounded.
 */
final class DecimalWriters {
  private static final int WIDTH = 16;

  private DecimalWriters() {}

  private abstract static class DecimalWriter extends FixedWidthWriter {
    DecimalWriter(Target target, BufferAllocator allocator) {
      super(target, allocator, WIDTH);
    }

    final void putSmall(int index, long unscaled) {
      long address = base() + ((long) index << 4);
      Platform.putLong(null, address, unscaled);
      Platform.putLong(null, address + Long.BYTES, unscaled >> (Long.SIZE - 1));
    }

    final void putLarge(int index, BigInteger unscaled) {
      long address = base() + ((long) index << 4);
      Platform.putLong(null, address, unscaled.longValue());
      Platform.putLong(null, address + Long.BYTES, unscaled.shiftRight(Long.SIZE).longValue());
    }

    final IllegalArgumentException tooLarge(BigDecimal value) {
      DecimalType type = (DecimalType) target().type();
      return refused(
          value.toPlainString(),
          "has more than "
              + (type.arrowPrecision() - type.scale())
              + " digits before the point and does not fit");
    }
  }

  /** From a decimal of at most 18 digits at the column's own scale, so that only digits count. */
  static final class SameScale extends DecimalWriter {
    private final int precision;
    private final int scale;
    private final boolean checked;
    private final long limit;

    /**
     * @param precision of the Spark column, at most 18
     */
    SameScale(Target target, BufferAllocator allocator, int precision) {
      super(target, allocator);
      DecimalType type = (DecimalType) target.type();
      this.precision = precision;
      scale = type.scale();
      checked = precision > type.arrowPrecision();
      limit = checked ? BigInteger.TEN.pow(type.arrowPrecision()).longValueExact() : 0;
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      // An unsafe row holds a decimal of up to 18 digits as a long in its slot.
      long unscaled =
          row instanceof UnsafeRow
              ? row.getLong(ordinal)
              : row.getDecimal(ordinal, precision, scale).toUnscaledLong();
      if (checked && (unscaled >= limit || unscaled <= -limit)) {
        throw tooLarge(BigDecimal.valueOf(unscaled, scale));
      }
      putSmall(index, unscaled);
    }
  }

  /** From any decimal. */
  static final class Rescaled extends DecimalWriter {
    private final int precision;
    private final int scale;
    private final DecimalType type;

    Rescaled(Target target, BufferAllocator allocator, int precision, int scale) {
      super(target, allocator);
      this.precision = precision;
      this.scale = scale;
      type = (DecimalType) target.type();
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      BigDecimal value = row.getDecimal(ordinal, precision, scale).toJavaBigDecimal();
      BigDecimal rescaled;
      if (value.scale() <= type.scale()) {
        rescaled = value.setScale(type.scale());
      } else {
        rescaled = value.setScale(type.scale(), RoundingMode.DOWN);
        if (rescaled.compareTo(value) != 0) {
          throw refused(
              value.toPlainString(),
              "has more than " + type.scale() + " digits behind the point; round it first");
        }
      }
      if (rescaled.precision() > type.arrowPrecision()) {
        throw tooLarge(value);
      }
      putLarge(index, rescaled.unscaledValue());
    }
  }

  /** From an integer of any width. */
  static final class FromInteger extends DecimalWriter {
    private final NumberWriters.IntegerSource source;
    private final DecimalType type;

    FromInteger(Target target, BufferAllocator allocator, NumberWriters.IntegerSource source) {
      super(target, allocator);
      this.source = source;
      type = (DecimalType) target.type();
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      BigDecimal value = BigDecimal.valueOf(source.read(row, ordinal));
      BigDecimal rescaled = value.setScale(type.scale());
      if (rescaled.precision() > type.arrowPrecision()) {
        throw tooLarge(value);
      }
      putLarge(index, rescaled.unscaledValue());
    }
  }
}
