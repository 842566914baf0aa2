package io.tunnel.protocol.pack;

import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;

/** Values without parts, one class for each layout of the vector's data buffer. */
abstract sealed class ScalarEncoder extends ValueEncoder {
  final ArrowBuf data;
  private final int wireType;

  private ScalarEncoder(FieldVector vector, int wireType) {
    super(vector);
    this.wireType = wireType;
    data = vector.getDataBuffer();
  }

  @Override
  final int wireType() {
    return wireType;
  }

  static final class OfByte extends ScalarEncoder {
    OfByte(FieldVector vector) {
      super(vector, RecordFormat.VARINT);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.integer(data.getByte(index));
    }
  }

  static final class OfShort extends ScalarEncoder {
    OfShort(FieldVector vector) {
      super(vector, RecordFormat.VARINT);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.integer(data.getShort((long) index * Short.BYTES));
    }
  }

  static final class OfInt extends ScalarEncoder {
    OfInt(FieldVector vector) {
      super(vector, RecordFormat.VARINT);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.integer(data.getInt((long) index * Integer.BYTES));
    }
  }

  static final class OfLong extends ScalarEncoder {
    OfLong(FieldVector vector) {
      super(vector, RecordFormat.VARINT);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.integer(data.getLong((long) index * Long.BYTES));
    }
  }

  static final class OfFloat extends ScalarEncoder {
    OfFloat(FieldVector vector) {
      super(vector, RecordFormat.FIXED32);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.fixed32(data.getInt((long) index * Integer.BYTES));
    }
  }

  static final class OfDouble extends ScalarEncoder {
    OfDouble(FieldVector vector) {
      super(vector, RecordFormat.FIXED64);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.fixed64(data.getLong((long) index * Long.BYTES));
    }
  }

  static final class OfBoolean extends ScalarEncoder {
    OfBoolean(FieldVector vector) {
      super(vector, RecordFormat.VARINT);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      out.bool(BitVectorHelper.get(data, index));
    }
  }

  /** Text and bytes alike: both are copied as they are. */
  static final class OfBytes extends ScalarEncoder {
    private final ArrowBuf offsets;

    OfBytes(FieldVector vector) {
      super(vector, RecordFormat.BYTES);
      offsets = vector.getOffsetBuffer();
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long at = (long) index * Integer.BYTES;
      int start = offsets.getInt(at);
      out.bytes(data, start, offsets.getInt(at + Integer.BYTES) - start);
    }
  }

  static final class OfDecimal extends ScalarEncoder {
    private final Decimal128 decimal;

    OfDecimal(DecimalVector vector) {
      super(vector, RecordFormat.BYTES);
      decimal = new Decimal128(vector.getPrecision(), vector.getScale());
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long at = (long) index * DecimalVector.TYPE_WIDTH;
      decimal.print(data.getLong(at), data.getLong(at + Long.BYTES));
      out.bytes(decimal.text(), decimal.textStart(), decimal.textLength());
    }
  }

  /** Timestamps in wire form; seconds are floored, so that nanoseconds are never negative. */
  static final class OfNanos extends ScalarEncoder {
    OfNanos(FieldVector vector) {
      super(vector, RecordFormat.BYTES);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long nanos = data.getLong((long) index * Long.BYTES);
      out.secondsAndNanos(
          Math.floorDiv(nanos, RecordFormat.NANOS_PER_SECOND),
          (int) Math.floorMod(nanos, RecordFormat.NANOS_PER_SECOND));
    }
  }

  /** Day-time intervals in wire form; both parts take the sign of the interval. */
  static final class OfInterval extends ScalarEncoder {
    OfInterval(FieldVector vector) {
      super(vector, RecordFormat.BYTES);
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long at = (long) index * Long.BYTES;
      long millis = data.getInt(at) * RecordFormat.MILLIS_PER_DAY + data.getInt(at + Integer.BYTES);
      out.secondsAndNanos(millis / 1000, (int) (millis % 1000) * RecordFormat.NANOS_PER_MILLI);
    }
  }
}
