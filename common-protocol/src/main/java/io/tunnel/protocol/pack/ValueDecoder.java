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
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Reads values in record form into one vector (section 4.2.2). The vector has the layout of {@link
 * io.tunnel.protocol.type.ArrowMapping}, and its values are NULL until they are read.
 */
abstract sealed class ValueDecoder
    permits ScalarDecoder,
        NestedDecoders.OfArray,
        NestedDecoders.OfMap,
        NestedDecoders.OfStruct,
        NestedDecoders.OfSecondsAndNanos {

  /** The protobuf wire type in the tag of a column of this kind. */
  abstract int wireType();

  /**
   * Reads a value that is not NULL. Indexes ascend within a batch.
   *
   * @throws InvalidValueException if the type or the vector cannot hold the value
   */
  abstract void read(int index, RecordInput in) throws IOException;

  /** Reads an element of a nested value: its null flag, and the value if there is one. */
  final void readElement(int index, RecordInput in) throws IOException {
    if (!in.nullFlag()) {
      read(index, in);
    }
  }

  static ValueDecoder of(MaxComputeType type, FieldVector vector) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive, vector);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return new ScalarDecoder.OfBytes((BaseVariableWidthVector) vector);
    }
    if (type instanceof DecimalType decimal) {
      return new ScalarDecoder.OfDecimal((DecimalVector) vector, decimal);
    }
    if (type instanceof MapType map) {
      return new NestedDecoders.OfMap((MapVector) vector, map);
    }
    if (type instanceof ArrayType array) {
      return new NestedDecoders.OfArray((ListVector) vector, array);
    }
    return new NestedDecoders.OfStruct((StructVector) vector, (StructType) type);
  }

  private static ValueDecoder primitive(PrimitiveType type, FieldVector vector) {
    return switch (type) {
      case STRING, JSON, BINARY -> new ScalarDecoder.OfBytes((BaseVariableWidthVector) vector);
      case TIMESTAMP, TIMESTAMP_NTZ ->
          vector instanceof StructVector struct
              ? new NestedDecoders.OfSecondsAndNanos(struct, true)
              : new ScalarDecoder.OfNanos((BaseFixedWidthVector) vector);
      case INTERVAL_DAY_TIME ->
          vector instanceof StructVector struct
              ? new NestedDecoders.OfSecondsAndNanos(struct, false)
              : new ScalarDecoder.OfInterval((BaseFixedWidthVector) vector);
      default -> fixedWidth(type, (BaseFixedWidthVector) vector);
    };
  }

  private static ValueDecoder fixedWidth(PrimitiveType type, BaseFixedWidthVector vector) {
    return switch (type) {
      case TINYINT -> new ScalarDecoder.OfByte(vector);
      case SMALLINT -> new ScalarDecoder.OfShort(vector);
      case INT, DATE, INTERVAL_YEAR_MONTH -> new ScalarDecoder.OfInt(vector, type);
      case BIGINT, DATETIME -> new ScalarDecoder.OfLong(vector);
      case FLOAT -> new ScalarDecoder.OfFloat(vector);
      case DOUBLE -> new ScalarDecoder.OfDouble(vector);
      case BOOLEAN -> new ScalarDecoder.OfBoolean(vector);
      default -> throw new IllegalStateException(type + " has no fixed width");
    };
  }
}
