package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueConverter.Fraction;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;

/** Writes the four integer types. */
abstract class IntegralWriter extends ColumnWriter {
  private final long min;
  private final long max;

  IntegralWriter(Column column, FieldVector vector, ValueConverter converter, long min, long max) {
    super(column, vector, converter);
    this.min = min;
    this.max = max;
  }

  abstract void set(int row, long value);

  @Override
  final void writeLong(int row, long value) throws ValueException {
    if (value < min || value > max) {
      throw ValueConverter.outOfRange(min, max);
    }
    set(row, value);
  }

  @Override
  final void writeBoolean(int row, boolean value) {
    set(row, value ? 1 : 0);
  }

  @Override
  final void writeObject(int row, Object value) throws ValueException {
    set(row, converter.toIntegral(value, min, max, Fraction.REFUSE));
  }

  static final class TinyInt extends IntegralWriter {
    private final TinyIntVector vector;

    TinyInt(Column column, TinyIntVector vector, ValueConverter converter) {
      super(column, vector, converter, Byte.MIN_VALUE, Byte.MAX_VALUE);
      this.vector = vector;
    }

    @Override
    void set(int row, long value) {
      vector.setSafe(row, (int) value);
    }
  }

  static final class SmallInt extends IntegralWriter {
    private final SmallIntVector vector;

    SmallInt(Column column, SmallIntVector vector, ValueConverter converter) {
      super(column, vector, converter, Short.MIN_VALUE, Short.MAX_VALUE);
      this.vector = vector;
    }

    @Override
    void set(int row, long value) {
      vector.setSafe(row, (int) value);
    }
  }

  static final class Int extends IntegralWriter {
    private final IntVector vector;

    Int(Column column, IntVector vector, ValueConverter converter) {
      super(column, vector, converter, Integer.MIN_VALUE, Integer.MAX_VALUE);
      this.vector = vector;
    }

    @Override
    void set(int row, long value) {
      vector.setSafe(row, (int) value);
    }
  }

  /** BIGINT has no -2^63 (specification: regular tunnel, section 4.2.2). */
  static final class BigInt extends IntegralWriter {
    private final BigIntVector vector;

    BigInt(Column column, BigIntVector vector, ValueConverter converter) {
      super(column, vector, converter, -Long.MAX_VALUE, Long.MAX_VALUE);
      this.vector = vector;
    }

    @Override
    void set(int row, long value) {
      vector.setSafe(row, value);
    }
  }
}
