package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.complex.StructVector;

/** Hashes the values of one key column, one class for each layout of the vector's data buffer. */
abstract sealed class ColumnHash {
  final BucketHash hash;
  final ArrowBuf data;
  private final FieldVector vector;

  private ColumnHash(BucketHash hash, FieldVector vector) {
    this.hash = hash;
    this.vector = vector;
    data = vector instanceof StructVector ? vector.getValidityBuffer() : vector.getDataBuffer();
  }

  /** The hash of a value that is not NULL; indexes ascend. */
  abstract int of(int index);

  /** Adds the hash of each value to the sum of its row. NULL adds nothing. */
  final void addTo(int[] sums, int rows) {
    if (vector.getValueCount() < rows) {
      throw new InvalidValueException(
          "it has "
              + vector.getValueCount()
              + " values in a batch of "
              + rows
              + " rows; call VectorSchemaRoot.setRowCount");
    }
    boolean nulls = vector.getNullCount() > 0;
    for (int row = 0; row < rows; row++) {
      if (!nulls || !vector.isNull(row)) {
        sums[row] += of(row);
      }
    }
  }

  /**
   * Checks that keys can have the type of a column.
   *
   * @throws IllegalArgumentException if they cannot
   */
  static void requireHashable(Column column) {
    MaxComputeType type = column.type();
    boolean hashable =
        type instanceof CharType
            || type instanceof VarcharType
            || type instanceof DecimalType
            || (type instanceof PrimitiveType
                && type != PrimitiveType.JSON
                && type != PrimitiveType.INTERVAL_YEAR_MONTH);
    if (!hashable) {
      throw new IllegalArgumentException(
          "Column " + column.name() + " of type " + type + " cannot be part of a key");
    }
  }

  /**
   * The hash function for a column whose values lie in a vector.
   *
   * @throws InvalidValueException if the vector has neither the wire form nor the extended form of
   *     the type
   */
  static ColumnHash of(BucketHash hash, MaxComputeType type, FieldVector vector) {
    // The encoder knows which vectors fit a type; here it is made for that check only.
    ValueEncoder.of(type, vector);
    if (vector instanceof StructVector struct) {
      return new OfSecondsAndNanos(hash, struct);
    }
    if (type instanceof DecimalType decimal) {
      return new OfDecimal(hash, vector, decimal.precision());
    }
    if (!(type instanceof PrimitiveType primitive)) {
      return new OfBytes(hash, vector, false);
    }
    return switch (primitive) {
      case TINYINT -> new OfByte(hash, vector);
      case SMALLINT -> new OfShort(hash, vector);
      case INT -> new OfInt(hash, vector);
      case BIGINT, DATETIME -> new OfLong(hash, vector);
      case FLOAT -> new OfFloat(hash, vector);
      case DOUBLE -> new OfDouble(hash, vector);
      case BOOLEAN -> new OfBoolean(hash, vector);
      case STRING -> new OfBytes(hash, vector, false);
      case BINARY -> new OfBytes(hash, vector, true);
      case DATE -> new OfDate(hash, vector);
      case TIMESTAMP, TIMESTAMP_NTZ -> new OfNanos(hash, vector);
      case INTERVAL_DAY_TIME -> new OfInterval(hash, vector);
      case JSON, INTERVAL_YEAR_MONTH ->
          throw new InvalidValueException(type + " cannot be part of a key");
    };
  }

  private static final class OfByte extends ColumnHash {
    OfByte(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.of64(data.getByte(index));
    }
  }

  private static final class OfShort extends ColumnHash {
    OfShort(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.of64(data.getShort((long) index * Short.BYTES));
    }
  }

  private static final class OfInt extends ColumnHash {
    OfInt(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.of64(data.getInt((long) index * Integer.BYTES));
    }
  }

  private static final class OfDate extends ColumnHash {
    OfDate(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.ofDate(data.getInt((long) index * Integer.BYTES));
    }
  }

  private static final class OfLong extends ColumnHash {
    OfLong(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.of64(data.getLong((long) index * Long.BYTES));
    }
  }

  private static final class OfFloat extends ColumnHash {
    OfFloat(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.ofFloatBits(data.getInt((long) index * Integer.BYTES));
    }
  }

  private static final class OfDouble extends ColumnHash {
    OfDouble(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.ofDoubleBits(data.getLong((long) index * Long.BYTES));
    }
  }

  private static final class OfBoolean extends ColumnHash {
    OfBoolean(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      return hash.ofBoolean(BitVectorHelper.get(data, index) == 1);
    }
  }

  private static final class OfDecimal extends ColumnHash {
    private final int precision;

    OfDecimal(BucketHash hash, FieldVector vector, int precision) {
      super(hash, vector);
      this.precision = precision;
    }

    @Override
    int of(int index) {
      long at = (long) index * DecimalVector.TYPE_WIDTH;
      return hash.ofDecimal(data.getLong(at), data.getLong(at + Long.BYTES), precision);
    }
  }

  private static final class OfNanos extends ColumnHash {
    OfNanos(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      long nanos = data.getLong((long) index * Long.BYTES);
      return hash.ofSeconds(
          Math.floorDiv(nanos, RecordFormat.NANOS_PER_SECOND),
          (int) Math.floorMod(nanos, RecordFormat.NANOS_PER_SECOND));
    }
  }

  private static final class OfInterval extends ColumnHash {
    OfInterval(BucketHash hash, FieldVector vector) {
      super(hash, vector);
    }

    @Override
    int of(int index) {
      long at = (long) index * Long.BYTES;
      long millis = data.getInt(at) * RecordFormat.MILLIS_PER_DAY + data.getInt(at + Integer.BYTES);
      return hash.ofSeconds(millis / 1000, (int) (millis % 1000) * RecordFormat.NANOS_PER_MILLI);
    }
  }

  private static final class OfSecondsAndNanos extends ColumnHash {
    private final BigIntVector seconds;
    private final IntVector nanos;

    OfSecondsAndNanos(BucketHash hash, StructVector vector) {
      super(hash, vector);
      List<FieldVector> children = vector.getChildrenFromFields();
      seconds = (BigIntVector) children.get(0);
      nanos = (IntVector) children.get(1);
    }

    @Override
    int of(int index) {
      return hash.ofSeconds(seconds.get(index), nanos.get(index));
    }
  }

  /** Text and bytes. Values are copied out of the vector many at a time. */
  private static final class OfBytes extends ColumnHash {
    private static final int WINDOW_BYTES = 16 * 1024;

    private final ArrowBuf offsets;
    private final boolean binary;
    private byte[] window = new byte[WINDOW_BYTES];
    private int windowStart;
    private int windowEnd;

    OfBytes(BucketHash hash, FieldVector vector, boolean binary) {
      super(hash, vector);
      this.binary = binary;
      offsets = vector.getOffsetBuffer();
    }

    @Override
    int of(int index) {
      long at = (long) index * Integer.BYTES;
      int start = offsets.getInt(at);
      int end = offsets.getInt(at + Integer.BYTES);
      if (start < windowStart || end > windowEnd) {
        load(start, end - start);
      }
      return binary
          ? hash.ofBinary(window, start - windowStart, end - start)
          : hash.ofText(window, start - windowStart, end - start);
    }

    private void load(int start, int least) {
      if (least > window.length) {
        window = new byte[least];
      }
      int count = (int) Math.min(window.length, data.capacity() - start);
      data.getBytes(start, window, 0, count);
      windowStart = start;
      windowEnd = start + count;
    }
  }
}
