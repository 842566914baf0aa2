package io.tunnel.server.store;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.StructVector;
import org.duckdb.DuckDBWritableVector;

/**
 * Copies a range of one Arrow column into a DuckDB vector, as the scalars of {@link
 * ColumnStorage#loadType}. Chosen once per column.
 */
interface ColumnCopy {
  /** Nanoseconds in a day. */
  long NANOS_PER_DAY = 86_400_000_000_000L;

  /** Copies {@code count} values, the first from row {@code from} to row 0 of the target. */
  void copy(FieldVector source, int from, DuckDBWritableVector target, int count);

  /** The copy for a column. */
  static ColumnCopy of(Column column) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return ofPrimitive(primitive);
    }
    if (type instanceof DecimalType decimal) {
      return ColumnStorage.isLong(decimal) ? ColumnCopy::decimalLongs : ColumnCopy::decimals;
    }
    if (type.isNested()) {
      NestedText text = new NestedText(type);
      return (source, from, target, count) -> {
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
          if (!source.isNull(from + i)) {
            values[i] = text.write(source, from + i);
          }
        }
        target.setStringUtf8Batch(0, values);
      };
    }
    return ColumnCopy::strings;
  }

  private static ColumnCopy ofPrimitive(PrimitiveType type) {
    return switch (type) {
      case TINYINT -> ColumnCopy::bytes;
      case SMALLINT -> ColumnCopy::shorts;
      case INT, DATE, INTERVAL_YEAR_MONTH -> ColumnCopy::ints;
      case BIGINT, DATETIME -> ColumnCopy::longs;
      case FLOAT -> ColumnCopy::floats;
      case DOUBLE -> ColumnCopy::doubles;
      case BOOLEAN -> ColumnCopy::booleans;
      case STRING, JSON -> ColumnCopy::strings;
      case BINARY -> ColumnCopy::base64;
      case TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME -> ColumnCopy::nanos;
    };
  }

  private static void bytes(FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setByte(i, data.getByte(from + i));
      }
    }
  }

  private static void shorts(FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setShort(i, data.getShort((long) (from + i) * Short.BYTES));
      }
    }
  }

  private static void ints(FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setInt(i, data.getInt((long) (from + i) * IntVector.TYPE_WIDTH));
      }
    }
  }

  private static void longs(FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setLong(i, data.getLong((long) (from + i) * BigIntVector.TYPE_WIDTH));
      }
    }
  }

  private static void floats(FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    for (int i = 0; i < count; i++) {
      if (source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setFloat(i, data.getFloat((long) (from + i) * Float.BYTES));
      }
    }
  }

  private static void doubles(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setDouble(i, data.getDouble((long) (from + i) * Double.BYTES));
      }
    }
  }

  private static void booleans(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    BitVector bits = (BitVector) source;
    for (int i = 0; i < count; i++) {
      if (bits.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setBoolean(i, bits.get(from + i) != 0);
      }
    }
  }

  private static void decimalLongs(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    boolean nulls = source.getNullCount() > 0;
    for (int i = 0; i < count; i++) {
      if (nulls && source.isNull(from + i)) {
        target.setNull(i);
      } else {
        // The check of the block has shown that the high half is the sign only.
        target.setLong(i, data.getLong((long) (from + i) * DecimalVector.TYPE_WIDTH));
      }
    }
  }

  private static void decimals(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    ArrowBuf data = source.getDataBuffer();
    byte[] bigEndian = new byte[DecimalVector.TYPE_WIDTH];
    for (int i = 0; i < count; i++) {
      if (source.isNull(from + i)) {
        target.setNull(i);
        continue;
      }
      long offset = (long) (from + i) * DecimalVector.TYPE_WIDTH;
      long low = data.getLong(offset);
      if (data.getLong(offset + Long.BYTES) == low >> 63) {
        target.setHugeInt(i, BigInteger.valueOf(low));
      } else {
        for (int k = 0; k < bigEndian.length; k++) {
          bigEndian[k] = data.getByte(offset + bigEndian.length - 1 - k);
        }
        target.setHugeInt(i, new BigInteger(bigEndian));
      }
    }
  }

  private static void strings(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    target.setStringUtf8Batch(0, values(source, from, count));
  }

  private static void base64(FieldVector source, int from, DuckDBWritableVector target, int count) {
    byte[][] values = values(source, from, count);
    Base64.Encoder encoder = Base64.getEncoder();
    for (int i = 0; i < count; i++) {
      byte[] value = values[i];
      if (value != null) {
        values[i] = encoder.encodeToString(value).getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    target.setStringUtf8Batch(0, values);
  }

  private static byte[][] values(FieldVector source, int from, int count) {
    BaseVariableWidthVector vector = (BaseVariableWidthVector) source;
    ArrowBuf offsets = vector.getOffsetBuffer();
    ArrowBuf data = vector.getDataBuffer();
    boolean nulls = vector.getNullCount() > 0;
    byte[][] values = new byte[count][];
    int start = offsets.getInt((long) from * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      int end = offsets.getInt((long) (from + i + 1) * Integer.BYTES);
      if (!nulls || !vector.isNull(from + i)) {
        byte[] value = new byte[end - start];
        data.getBytes(start, value);
        values[i] = value;
      }
      start = end;
    }
    return values;
  }

  private static void nanos(FieldVector source, int from, DuckDBWritableVector target, int count) {
    for (int i = 0; i < count; i++) {
      if (source.isNull(from + i)) {
        target.setNull(i);
      } else {
        target.setLong(i, nanosAt(source, from + i));
      }
    }
  }

  /** The nanoseconds of a TIMESTAMP, TIMESTAMP_NTZ or INTERVAL_DAY_TIME in either form. */
  static long nanosAt(ValueVector source, int index) {
    if (source instanceof StructVector struct) {
      long seconds = ((BigIntVector) struct.getVectorById(0)).get(index);
      int nanos = ((IntVector) struct.getVectorById(1)).get(index);
      if (seconds < 0 && nanos > 0) {
        // The floor of the seconds may leave 64 bits where the whole does not.
        return Math.addExact(
            Math.multiplyExact(seconds + 1, 1_000_000_000L), nanos - 1_000_000_000L);
      }
      return Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos);
    }
    if (source instanceof IntervalDayVector interval) {
      ArrowBuf data = interval.getDataBuffer();
      long offset = (long) index * IntervalDayVector.TYPE_WIDTH;
      return data.getInt(offset) * NANOS_PER_DAY + data.getInt(offset + 4) * 1_000_000L;
    }
    return ((FieldVector) source).getDataBuffer().getLong((long) index * BigIntVector.TYPE_WIDTH);
  }
}
