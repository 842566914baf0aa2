package io.tunnel.cli.download;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * The text of one column's values, as {@code tunnel sql} prints them and {@code tunnel upload}
 * reads them. The vectors are those of {@link io.tunnel.protocol.type.ArrowMapping.Form#EXTENDED}.
 */
abstract class ColumnText {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  /** Whether there is no value. */
  abstract boolean isNull(int row);

  /** Appends the value as it is. */
  abstract void text(int row, Utf8Buffer out);

  /** Appends the value in the form of JSON: a text in quotes, unless a subclass knows better. */
  void json(int row, Utf8Buffer out) {
    quoted(row, out);
  }

  /** Appends the value as a text of JSON. */
  void quoted(int row, Utf8Buffer out) {
    out.append('"');
    text(row, out);
    out.append('"');
  }

  /**
   * The text of a column.
   *
   * @param zone the zone in which instants are shown
   */
  static ColumnText of(MaxComputeType type, FieldVector vector, ZoneId zone) {
    if (type instanceof PrimitiveType primitive) {
      return ofPrimitive(primitive, vector, zone);
    }
    if (type instanceof DecimalType) {
      return new OfDecimal((DecimalVector) vector);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return new OfText((VarCharVector) vector);
    }
    if (type instanceof io.tunnel.protocol.type.MapType map) {
      return new NestedColumnText.OfMap(map, (MapVector) vector, zone);
    }
    if (type instanceof io.tunnel.protocol.type.ArrayType array) {
      return new NestedColumnText.OfArray(array, (ListVector) vector, zone);
    }
    return new NestedColumnText.OfStruct(
        (io.tunnel.protocol.type.StructType) type, (StructVector) vector, zone);
  }

  private static ColumnText ofPrimitive(PrimitiveType type, FieldVector vector, ZoneId zone) {
    return switch (type) {
      case TINYINT, SMALLINT, INT, BIGINT -> new OfWhole((BaseIntVector) vector);
      case FLOAT -> new OfFloat((Float4Vector) vector);
      case DOUBLE -> new OfDouble((Float8Vector) vector);
      case BOOLEAN -> new OfBoolean((BitVector) vector);
      case STRING, JSON -> new OfText((VarCharVector) vector);
      case BINARY -> new OfBinary((VarBinaryVector) vector);
      case DATE -> new TimeColumnText.OfDate((DateDayVector) vector);
      case DATETIME -> new TimeColumnText.OfDatetime((DateMilliVector) vector, zone);
      case TIMESTAMP -> new TimeColumnText.OfTimestamp((StructVector) vector, zone);
      case TIMESTAMP_NTZ -> new TimeColumnText.OfTimestamp((StructVector) vector, ZoneOffset.UTC);
      case INTERVAL_YEAR_MONTH -> new TimeColumnText.OfMonths((IntervalYearVector) vector);
      case INTERVAL_DAY_TIME -> new TimeColumnText.OfDuration((StructVector) vector);
    };
  }

  /** The text of values that lie in one vector. */
  abstract static class OfVector<V extends FieldVector> extends ColumnText {
    final V vector;

    OfVector(V vector) {
      this.vector = vector;
    }

    @Override
    final boolean isNull(int row) {
      return vector.isNull(row);
    }
  }

  private static final class OfWhole extends ColumnText {
    private final BaseIntVector vector;

    OfWhole(BaseIntVector vector) {
      this.vector = vector;
    }

    @Override
    boolean isNull(int row) {
      return vector.isNull(row);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.appendWhole(vector.getValueAsLong(row));
    }

    @Override
    void json(int row, Utf8Buffer out) {
      text(row, out);
    }
  }

  private static final class OfFloat extends OfVector<Float4Vector> {
    OfFloat(Float4Vector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(Float.toString(vector.get(row)));
    }

    @Override
    void json(int row, Utf8Buffer out) {
      if (Float.isFinite(vector.get(row))) {
        text(row, out);
      } else {
        quoted(row, out);
      }
    }
  }

  private static final class OfDouble extends OfVector<Float8Vector> {
    OfDouble(Float8Vector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(Double.toString(vector.get(row)));
    }

    @Override
    void json(int row, Utf8Buffer out) {
      if (Double.isFinite(vector.get(row))) {
        text(row, out);
      } else {
        quoted(row, out);
      }
    }
  }

  private static final class OfBoolean extends OfVector<BitVector> {
    OfBoolean(BitVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(vector.get(row) == 0 ? "false" : "true");
    }

    @Override
    void json(int row, Utf8Buffer out) {
      text(row, out);
    }
  }

  private static final class OfDecimal extends OfVector<DecimalVector> {
    OfDecimal(DecimalVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      out.append(vector.getObjectNotNull(row).toPlainString());
    }

    @Override
    void json(int row, Utf8Buffer out) {
      text(row, out);
    }
  }

  private static final class OfText extends OfVector<VarCharVector> {
    OfText(VarCharVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      int start = vector.getStartOffset(row);
      out.append(vector.getDataBuffer(), start, vector.getEndOffset(row) - start);
    }

    @Override
    void quoted(int row, Utf8Buffer out) {
      JsonText.quote(
          vector.getDataBuffer(), vector.getStartOffset(row), vector.getEndOffset(row), out);
    }
  }

  private static final class OfBinary extends OfVector<VarBinaryVector> {
    OfBinary(VarBinaryVector vector) {
      super(vector);
    }

    @Override
    void text(int row, Utf8Buffer out) {
      int end = vector.getEndOffset(row);
      for (int i = vector.getStartOffset(row); i < end; i++) {
        byte value = vector.getDataBuffer().getByte(i);
        out.append(HEX[value >> 4 & 0xf]);
        out.append(HEX[value & 0xf]);
      }
    }
  }
}
