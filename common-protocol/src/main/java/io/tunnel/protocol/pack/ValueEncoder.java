package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Writes the values of one vector in record form (section 4.2.2). Holds the vector's buffers, so it
 * lives as long as one batch.
 */
abstract sealed class ValueEncoder
    permits ScalarEncoder,
        NestedEncoders.OfArray,
        NestedEncoders.OfMap,
        NestedEncoders.OfStruct,
        NestedEncoders.OfSecondsAndNanos {
  private final ArrowBuf validity;

  ValueEncoder(FieldVector vector) {
    validity = vector.getValidityBuffer();
  }

  /** The protobuf wire type in the tag of a column of this kind. */
  abstract int wireType();

  /** Writes a value that is not NULL. */
  abstract void write(int index, RecordOutput out) throws IOException;

  final boolean isNull(int index) {
    return BitVectorHelper.get(validity, index) == 0;
  }

  /** Writes an element of a nested value: its null flag, and the value if there is one. */
  final void writeElement(int index, RecordOutput out) throws IOException {
    boolean isNull = isNull(index);
    out.nullFlag(isNull);
    if (!isNull) {
      write(index, out);
    }
  }

  /**
   * The encoder for values of a type that lie in a vector.
   *
   * @throws InvalidValueException if the vector has neither the wire form nor the extended form of
   *     the type
   */
  static ValueEncoder of(MaxComputeType type, FieldVector vector) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive, vector);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return text(type, vector);
    }
    if (type instanceof DecimalType decimal) {
      DecimalVector decimals = require(DecimalVector.class, type, vector);
      if (decimals.getScale() != decimal.scale()) {
        throw new InvalidValueException(
            type + " needs the scale " + decimal.scale() + ", not " + decimals.getScale());
      }
      return new ScalarEncoder.OfDecimal(decimals);
    }
    if (type instanceof MapType map) {
      return new NestedEncoders.OfMap(require(MapVector.class, type, vector), map);
    }
    if (type instanceof ArrayType array) {
      return new NestedEncoders.OfArray(require(ListVector.class, type, vector), array);
    }
    return new NestedEncoders.OfStruct(
        require(StructVector.class, type, vector), (StructType) type);
  }

  private static ValueEncoder primitive(PrimitiveType type, FieldVector vector) {
    return switch (type) {
      case TINYINT -> new ScalarEncoder.OfByte(require(TinyIntVector.class, type, vector));
      case SMALLINT -> new ScalarEncoder.OfShort(require(SmallIntVector.class, type, vector));
      case INT -> new ScalarEncoder.OfInt(require(IntVector.class, type, vector));
      case BIGINT -> new ScalarEncoder.OfLong(require(BigIntVector.class, type, vector));
      case FLOAT -> new ScalarEncoder.OfFloat(require(Float4Vector.class, type, vector));
      case DOUBLE -> new ScalarEncoder.OfDouble(require(Float8Vector.class, type, vector));
      case BOOLEAN -> new ScalarEncoder.OfBoolean(require(BitVector.class, type, vector));
      case STRING, JSON, BINARY -> text(type, vector);
      case DATE -> new ScalarEncoder.OfInt(require(DateDayVector.class, type, vector));
      case DATETIME -> new ScalarEncoder.OfLong(require(DateMilliVector.class, type, vector));
      case TIMESTAMP, TIMESTAMP_NTZ ->
          vector instanceof StructVector struct
              ? new NestedEncoders.OfSecondsAndNanos(struct, 0)
              : new ScalarEncoder.OfNanos(require(TimeStampNanoVector.class, type, vector));
      case INTERVAL_YEAR_MONTH ->
          new ScalarEncoder.OfInt(require(IntervalYearVector.class, type, vector));
      case INTERVAL_DAY_TIME ->
          vector instanceof StructVector struct
              ? new NestedEncoders.OfSecondsAndNanos(struct, 1 - RecordFormat.NANOS_PER_SECOND)
              : new ScalarEncoder.OfInterval(require(IntervalDayVector.class, type, vector));
    };
  }

  private static ValueEncoder text(MaxComputeType type, FieldVector vector) {
    return vector instanceof VarBinaryVector
        ? new ScalarEncoder.OfBytes(vector)
        : new ScalarEncoder.OfBytes(require(VarCharVector.class, type, vector));
  }

  static <V extends FieldVector> V require(
      Class<V> vectorClass, MaxComputeType type, FieldVector vector) {
    if (!vectorClass.isInstance(vector)) {
      throw new InvalidValueException(
          type
              + " needs a "
              + vectorClass.getSimpleName()
              + ", the batch has a "
              + vector.getClass().getSimpleName());
    }
    return vectorClass.cast(vector);
  }
}
