package io.tunnel.cli.file;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.time.ZoneId;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * Puts the fields of one column into one vector. Chosen once per column and batch, so that a field
 * costs one virtual call, no boxing and no look-up.
 */
abstract class FieldParser {
  /**
   * Parses the field into the row of the vector.
   *
   * @throws BadFieldException if it is not a value of the column's type
   */
  abstract void put(Field field, int row) throws BadFieldException;

  /** Whether a blank field is a value (the empty text) and not NULL. */
  boolean keepsBlank() {
    return false;
  }

  /** Whether a field can be a value of this type. */
  static boolean supports(MaxComputeType type) {
    return !type.isNested()
        && type != PrimitiveType.INTERVAL_YEAR_MONTH
        && type != PrimitiveType.INTERVAL_DAY_TIME;
  }

  /**
   * The parser of a column in wire form.
   *
   * @throws IllegalArgumentException if no field can be a value of the type
   */
  static FieldParser of(Column column, FieldVector vector, ZoneId zone) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return ofPrimitive(primitive, vector, zone);
    }
    if (type instanceof DecimalType decimal) {
      return new DecimalParser((DecimalVector) vector, decimal);
    }
    if (type instanceof CharType text) {
      return new TextParser((VarCharVector) vector, text.length());
    }
    if (type instanceof VarcharType text) {
      return new TextParser((VarCharVector) vector, text.length());
    }
    throw unsupported(type);
  }

  private static FieldParser ofPrimitive(PrimitiveType type, FieldVector vector, ZoneId zone) {
    return switch (type) {
      case TINYINT -> {
        TinyIntVector target = (TinyIntVector) vector;
        yield new WholeNumberParser(
            Byte.MIN_VALUE, Byte.MAX_VALUE, (row, value) -> target.set(row, (int) value));
      }
      case SMALLINT -> {
        SmallIntVector target = (SmallIntVector) vector;
        yield new WholeNumberParser(
            Short.MIN_VALUE, Short.MAX_VALUE, (row, value) -> target.set(row, (int) value));
      }
      case INT -> {
        IntVector target = (IntVector) vector;
        yield new WholeNumberParser(
            Integer.MIN_VALUE, Integer.MAX_VALUE, (row, value) -> target.set(row, (int) value));
      }
      case BIGINT ->
          new WholeNumberParser(Long.MIN_VALUE, Long.MAX_VALUE, ((BigIntVector) vector)::set);
      case FLOAT -> new FloatParser((Float4Vector) vector);
      case DOUBLE -> new DoubleParser((Float8Vector) vector);
      case BOOLEAN -> new BooleanParser((BitVector) vector);
      case STRING, JSON -> new TextParser((VarCharVector) vector, Integer.MAX_VALUE);
      case BINARY -> new HexParser((VarBinaryVector) vector);
      case DATE -> new DateParser((DateDayVector) vector);
      case DATETIME -> new DateTimeParser((DateMilliVector) vector, zone);
      case TIMESTAMP -> new TimestampParser((TimeStampNanoVector) vector, zone);
      case TIMESTAMP_NTZ -> new TimestampParser((TimeStampNanoVector) vector, null);
      case INTERVAL_YEAR_MONTH, INTERVAL_DAY_TIME -> throw unsupported(type);
    };
  }

  private static IllegalArgumentException unsupported(MaxComputeType type) {
    return new IllegalArgumentException("No field can be a value of the type " + type);
  }
}
