package io.tunnel.spark.read;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Columns whose values lie side by side. */
final class FixedWidthColumns {
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MILLIS_PER_DAY = 86_400_000;

  private FixedWidthColumns() {}

  private abstract static class FixedWidthColumn extends ArrowColumn {
    private final FieldVector vector;
    private long base;

    FixedWidthColumn(DataType type, FieldVector vector) {
      super(type, vector);
      this.vector = vector;
    }

    @Override
    final void refreshValues() {
      base = vector.getDataBuffer().memoryAddress();
    }

    final long base() {
      return base;
    }

    final long longAt(int row) {
      return Platform.getLong(null, base + ((long) row << 3));
    }
  }

  static final class OfBoolean extends FixedWidthColumn {
    OfBoolean(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public boolean getBoolean(int row) {
      return (Platform.getByte(null, base() + (row >>> 3)) >> (row & 7) & 1) == 1;
    }
  }

  static final class OfByte extends FixedWidthColumn {
    OfByte(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public byte getByte(int row) {
      return Platform.getByte(null, base() + row);
    }
  }

  static final class OfShort extends FixedWidthColumn {
    OfShort(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public short getShort(int row) {
      return Platform.getShort(null, base() + ((long) row << 1));
    }
  }

  /** INT, DATE in days, INTERVAL_YEAR_MONTH in months. */
  static final class OfInt extends FixedWidthColumn {
    OfInt(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public int getInt(int row) {
      return Platform.getInt(null, base() + ((long) row << 2));
    }
  }

  static final class OfLong extends FixedWidthColumn {
    OfLong(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public long getLong(int row) {
      return longAt(row);
    }
  }

  static final class OfFloat extends FixedWidthColumn {
    OfFloat(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public float getFloat(int row) {
      return Platform.getFloat(null, base() + ((long) row << 2));
    }
  }

  static final class OfDouble extends FixedWidthColumn {
    OfDouble(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public double getDouble(int row) {
      return Platform.getDouble(null, base() + ((long) row << 3));
    }
  }

  /** TIMESTAMP and TIMESTAMP_NTZ: nanoseconds as microseconds, rounded down. */
  static final class OfNanoseconds extends FixedWidthColumn {
    OfNanoseconds(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public long getLong(int row) {
      return Math.floorDiv(longAt(row), NANOS_PER_MICRO);
    }
  }

  /** DATETIME: milliseconds as microseconds. */
  static final class OfMilliseconds extends FixedWidthColumn {
    OfMilliseconds(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public long getLong(int row) {
      return Math.multiplyExact(longAt(row), MICROS_PER_MILLI);
    }
  }

  /** INTERVAL_DAY_TIME: days and milliseconds as microseconds. */
  static final class OfDaysAndMilliseconds extends FixedWidthColumn {
    OfDaysAndMilliseconds(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public long getLong(int row) {
      long address = base() + ((long) row << 3);
      long millis =
          Platform.getInt(null, address) * MILLIS_PER_DAY
              + Platform.getInt(null, address + Integer.BYTES);
      return Math.multiplyExact(millis, MICROS_PER_MILLI);
    }
  }

  /** DECIMAL: 16 bytes, the unscaled value with the lowest byte first. */
  static final class OfDecimal extends FixedWidthColumn {
    OfDecimal(DataType type, FieldVector vector) {
      super(type, vector);
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
      long address = base() + ((long) row << 4);
      long low = Platform.getLong(null, address);
      long high = Platform.getLong(null, address + Long.BYTES);
      if (precision <= Decimal.MAX_LONG_DIGITS()) {
        return Decimal.createUnsafe(low, precision, scale);
      }
      BigInteger unscaled =
          BigInteger.valueOf(high)
              .shiftLeft(Integer.SIZE)
              .add(BigInteger.valueOf(low >>> Integer.SIZE))
              .shiftLeft(Integer.SIZE)
              .add(BigInteger.valueOf(low & 0xffff_ffffL));
      return Decimal.apply(new BigDecimal(unscaled, scale), precision, scale);
    }
  }
}
