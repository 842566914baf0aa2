package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.PrimitiveType;
import java.io.IOException;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DecimalVector;

/** Values without parts, one class for each layout of the vector's data buffer. */
abstract sealed class ScalarDecoder extends ValueDecoder {
  private final int wireType;

  private ScalarDecoder(int wireType) {
    this.wireType = wireType;
  }

  @Override
  final int wireType() {
    return wireType;
  }

  private static InvalidValueException outOfRange(long value, PrimitiveType type) {
    return new InvalidValueException(value + " does not fit " + type);
  }

  static final class OfByte extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfByte(BaseFixedWidthVector vector) {
      super(RecordFormat.VARINT);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long value = in.integer();
      if (value != (byte) value) {
        throw outOfRange(value, PrimitiveType.TINYINT);
      }
      vector.setIndexDefined(index);
      vector.getDataBuffer().setByte(index, (byte) value);
    }
  }

  static final class OfShort extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfShort(BaseFixedWidthVector vector) {
      super(RecordFormat.VARINT);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long value = in.integer();
      if (value != (short) value) {
        throw outOfRange(value, PrimitiveType.SMALLINT);
      }
      vector.setIndexDefined(index);
      vector.getDataBuffer().setShort((long) index * Short.BYTES, (short) value);
    }
  }

  static final class OfInt extends ScalarDecoder {
    private final BaseFixedWidthVector vector;
    private final PrimitiveType type;

    OfInt(BaseFixedWidthVector vector, PrimitiveType type) {
      super(RecordFormat.VARINT);
      this.vector = vector;
      this.type = type;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long value = in.integer();
      if (value != (int) value) {
        throw outOfRange(value, type);
      }
      vector.setIndexDefined(index);
      vector.getDataBuffer().setInt((long) index * Integer.BYTES, (int) value);
    }
  }

  static final class OfLong extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfLong(BaseFixedWidthVector vector) {
      super(RecordFormat.VARINT);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long value = in.integer();
      vector.setIndexDefined(index);
      vector.getDataBuffer().setLong((long) index * Long.BYTES, value);
    }
  }

  static final class OfFloat extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfFloat(BaseFixedWidthVector vector) {
      super(RecordFormat.FIXED32);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      int bits = in.fixed32();
      vector.setIndexDefined(index);
      vector.getDataBuffer().setInt((long) index * Integer.BYTES, bits);
    }
  }

  static final class OfDouble extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfDouble(BaseFixedWidthVector vector) {
      super(RecordFormat.FIXED64);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long bits = in.fixed64();
      vector.setIndexDefined(index);
      vector.getDataBuffer().setLong((long) index * Long.BYTES, bits);
    }
  }

  static final class OfBoolean extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfBoolean(BaseFixedWidthVector vector) {
      super(RecordFormat.VARINT);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      int value = in.bool();
      vector.setIndexDefined(index);
      BitVectorHelper.setValidityBit(vector.getDataBuffer(), index, value);
    }
  }

  /** Text and bytes alike: both are copied as they are. */
  static final class OfBytes extends ScalarDecoder {
    private final BaseVariableWidthVector vector;

    OfBytes(BaseVariableWidthVector vector) {
      super(RecordFormat.BYTES);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      in.bytes();
      vector.setSafe(index, in.valueArray(), in.valueStart(), in.valueLength());
    }
  }

  static final class OfDecimal extends ScalarDecoder {
    private final DecimalVector vector;
    private final Decimal128 decimal;

    OfDecimal(DecimalVector vector, DecimalType type) {
      super(RecordFormat.BYTES);
      this.vector = vector;
      decimal = new Decimal128(type.arrowPrecision(), type.scale());
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      in.bytes();
      decimal.parse(in.valueArray(), in.valueStart(), in.valueLength());
      vector.setIndexDefined(index);
      long at = (long) index * DecimalVector.TYPE_WIDTH;
      vector.getDataBuffer().setLong(at, decimal.low());
      vector.getDataBuffer().setLong(at + Long.BYTES, decimal.high());
    }
  }

  /** Timestamps in wire form. */
  static final class OfNanos extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfNanos(BaseFixedWidthVector vector) {
      super(RecordFormat.BYTES);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long seconds = in.seconds();
      int nanos = in.nanos();
      long value;
      try {
        // Both parts lean to zero, so that the first nanoseconds of the range do not overflow.
        value =
            seconds < 0 && nanos > 0
                ? Math.addExact(
                    Math.multiplyExact(seconds + 1, RecordFormat.NANOS_PER_SECOND),
                    nanos - RecordFormat.NANOS_PER_SECOND)
                : Math.addExact(Math.multiplyExact(seconds, RecordFormat.NANOS_PER_SECOND), nanos);
      } catch (ArithmeticException e) {
        throw new InvalidValueException(
            "the timestamp of "
                + seconds
                + " seconds and "
                + nanos
                + " nanoseconds since 1970-01-01 lies outside of 1677-09-21 to 2262-04-11,"
                + " which is what 64-bit nanoseconds can hold; read it in extended form");
      }
      vector.setIndexDefined(index);
      vector.getDataBuffer().setLong((long) index * Long.BYTES, value);
    }
  }

  /** Day-time intervals in wire form, which has milliseconds. */
  static final class OfInterval extends ScalarDecoder {
    private final BaseFixedWidthVector vector;

    OfInterval(BaseFixedWidthVector vector) {
      super(RecordFormat.BYTES);
      this.vector = vector;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long seconds = in.seconds();
      int nanos = in.nanos();
      long secondsPerDay = RecordFormat.MILLIS_PER_DAY / 1000;
      long days = seconds / secondsPerDay;
      // Seconds of at most one day and nanoseconds of at most 2.2 s: fits an int.
      int millis = (int) (seconds % secondsPerDay) * 1000 + nanos / RecordFormat.NANOS_PER_MILLI;
      if (days != (int) days || nanos % RecordFormat.NANOS_PER_MILLI != 0) {
        throw new InvalidValueException(
            "the interval of "
                + seconds
                + " seconds and "
                + nanos
                + " nanoseconds is longer than 2147483647 days or finer than a millisecond;"
                + " read it in extended form");
      }
      vector.setIndexDefined(index);
      long at = (long) index * Long.BYTES;
      vector.getDataBuffer().setInt(at, (int) days);
      vector.getDataBuffer().setInt(at + Integer.BYTES, millis);
    }
  }
}
