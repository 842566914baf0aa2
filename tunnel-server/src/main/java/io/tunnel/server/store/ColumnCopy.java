package io.tunnel.server.store;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.StructVector;
import org.duckdb.DuckDBWritableVector;

/**
 * Copies a range of one Arrow column into a DuckDB vector, as the scalars of {@link
 * ColumnStorage#loadType}. Chosen once per column and thread.
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
      return ColumnStorage.isLong(decimal)
          ? ColumnCopy::decimalLongs
          : same(DecimalVector.TYPE_WIDTH);
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
    return new TextCopy();
  }

  private static ColumnCopy ofPrimitive(PrimitiveType type) {
    return switch (type) {
      case TINYINT -> same(Byte.BYTES);
      case SMALLINT -> same(Short.BYTES);
      case INT, DATE, INTERVAL_YEAR_MONTH, FLOAT -> same(Integer.BYTES);
      case BIGINT, DATETIME, DOUBLE -> same(Long.BYTES);
      case BOOLEAN -> ColumnCopy::booleans;
      case STRING, JSON -> new TextCopy();
      case BINARY -> ColumnCopy::base64;
      case TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME -> ColumnCopy::nanos;
    };
  }

  /** Values that are the same bytes on both sides. */
  private static ColumnCopy same(int width) {
    return (source, from, target, count) -> {
      MemoryUtil.copyMemory(
          source.getDataBuffer().memoryAddress() + (long) from * width,
          DriverAccess.data(target),
          (long) count * width);
      validity(source, from, target, count);
    };
  }

  /** Says which values are not NULL; in the target all are NULL until then. */
  private static void validity(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    ValidityBits.copy(
        source.getNullCount() == 0 ? 0 : source.getValidityBuffer().memoryAddress(),
        from,
        DriverAccess.validity(target),
        0,
        count);
  }

  private static void booleans(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    long bits = source.getDataBuffer().memoryAddress();
    long data = DriverAccess.data(target);
    for (int i = 0; i < count; i++) {
      MemoryUtil.putByte(data + i, (byte) (ValidityBits.isSet(bits, from + i) ? 1 : 0));
    }
    validity(source, from, target, count);
  }

  private static void decimalLongs(
      FieldVector source, int from, DuckDBWritableVector target, int count) {
    long values = source.getDataBuffer().memoryAddress() + (long) from * DecimalVector.TYPE_WIDTH;
    long data = DriverAccess.data(target);
    for (int i = 0; i < count; i++) {
      // The check of the block has shown that the high half is the sign only.
      MemoryUtil.putLong(
          data + (long) i * Long.BYTES,
          MemoryUtil.getLong(values + (long) i * DecimalVector.TYPE_WIDTH));
    }
    validity(source, from, target, count);
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
    long data = DriverAccess.data(target);
    for (int i = 0; i < count; i++) {
      if (!source.isNull(from + i)) {
        MemoryUtil.putLong(data + (long) i * Long.BYTES, nanosAt(source, from + i));
      }
    }
    validity(source, from, target, count);
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
