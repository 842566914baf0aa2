package io.tunnel.spark.row;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.spark.row.ColumnWriter.Target;
import io.tunnel.spark.row.NumberWriters.IntegerSource;
import io.tunnel.spark.type.SparkTypes;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the writer for a pair of types. A pair is taken if every value either arrives unchanged
 * or is refused; where Spark's own cast would round or reinterpret, the user has to write the cast.
 */
final class ColumnWriters {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final BufferAllocator allocator;
  private final BatchBytes batch;
  private final int maxFieldBytes;

  /**
   * @param maxFieldBytes the most bytes in one text or binary value
   */
  ColumnWriters(BufferAllocator allocator, BatchBytes batch, int maxFieldBytes) {
    this.allocator = allocator;
    this.batch = batch;
    this.maxFieldBytes = maxFieldBytes;
  }

  /**
   * The writer from a Spark type to a column.
   *
   * @throws IllegalArgumentException if values of this Spark type cannot be written to the column
   */
  ColumnWriter writer(DataType from, Target target) {
    if (from instanceof NullType) {
      return writer(SparkTypes.of(target.type()), target);
    }
    ColumnWriter writer = choose(from, target);
    if (writer == null) {
      throw new IllegalArgumentException(
          "Column "
              + target.path()
              + ": Spark type "
              + from.catalogString()
              + " cannot be written as "
              + target.type()
              + "; cast it to "
              + SparkTypes.of(target.type()).catalogString());
    }
    return writer;
  }

  private @Nullable ColumnWriter choose(DataType from, Target target) {
    MaxComputeType to = target.type();
    if (to instanceof PrimitiveType primitive) {
      return primitive(from, primitive, target);
    }
    if (to instanceof CharType type) {
      return isText(from) ? text(target, type.length()) : null;
    }
    if (to instanceof VarcharType type) {
      return isText(from) ? text(target, type.length()) : null;
    }
    if (to instanceof DecimalType type) {
      return decimal(from, type, target);
    }
    if (to instanceof ArrayType type) {
      return from instanceof org.apache.spark.sql.types.ArrayType array
          ? new RepeatedWriter.OfArray(
              target,
              allocator,
              batch,
              writer(array.elementType(), target.child("element", type.element(), true)))
          : null;
    }
    if (to instanceof MapType type) {
      return from instanceof org.apache.spark.sql.types.MapType map
          ? new RepeatedWriter.OfMap(
              target,
              allocator,
              batch,
              writer(map.keyType(), target.child("key", type.key(), false)),
              writer(map.valueType(), target.child("value", type.value(), true)))
          : null;
    }
    return from instanceof org.apache.spark.sql.types.StructType struct
        ? struct(struct, ((StructType) to).fields(), target)
        : null;
  }

  private @Nullable ColumnWriter primitive(DataType from, PrimitiveType to, Target target) {
    return switch (to) {
      case TINYINT, SMALLINT, INT, BIGINT -> integer(from, to, target);
      case FLOAT -> toFloat(from, target);
      case DOUBLE -> toDouble(from, target);
      case BOOLEAN -> from instanceof BooleanType ? new BooleanWriter(target, allocator) : null;
      case STRING, JSON -> isText(from) ? text(target, UNLIMITED) : null;
      case BINARY ->
          from instanceof BinaryType
              ? new VariableWidthWriter(target, allocator, batch, false, UNLIMITED, maxFieldBytes)
              : null;
      case DATE -> from instanceof DateType ? new TemporalWriters.OfDate(target, allocator) : null;
      case DATETIME ->
          from instanceof TimestampType ? new TemporalWriters.OfDatetime(target, allocator) : null;
      case TIMESTAMP ->
          from instanceof TimestampType
              ? new TemporalWriters.OfTimestamp(target, allocator, true)
              : null;
      case TIMESTAMP_NTZ ->
          from instanceof TimestampNTZType
              ? new TemporalWriters.OfTimestamp(target, allocator, false)
              : null;
      case INTERVAL_YEAR_MONTH ->
          from instanceof YearMonthIntervalType ? new NumberWriters.OfInt(target, allocator) : null;
      case INTERVAL_DAY_TIME ->
          from instanceof DayTimeIntervalType
              ? new TemporalWriters.OfDayTimeInterval(target, allocator)
              : null;
    };
  }

  private @Nullable ColumnWriter integer(DataType from, PrimitiveType to, Target target) {
    IntegerSource source = integerSource(from);
    if (source == null) {
      return null;
    }
    return switch (to) {
      case TINYINT ->
          source == IntegerSource.BYTE
              ? new NumberWriters.OfByte(target, allocator)
              : new NumberWriters.CheckedInteger(target, allocator, Byte.BYTES, source);
      case SMALLINT ->
          source == IntegerSource.SHORT
              ? new NumberWriters.OfShort(target, allocator)
              : new NumberWriters.CheckedInteger(target, allocator, Short.BYTES, source);
      case INT ->
          source == IntegerSource.INT
              ? new NumberWriters.OfInt(target, allocator)
              : new NumberWriters.CheckedInteger(target, allocator, Integer.BYTES, source);
      default ->
          source == IntegerSource.LONG
              ? new NumberWriters.OfLong(target, allocator)
              : new NumberWriters.CheckedInteger(target, allocator, Long.BYTES, source);
    };
  }

  private @Nullable ColumnWriter toFloat(DataType from, Target target) {
    if (from instanceof FloatType) {
      return new NumberWriters.OfFloat(target, allocator);
    }
    IntegerSource source = integerSource(from);
    return source == IntegerSource.BYTE || source == IntegerSource.SHORT
        ? new NumberWriters.WidenedToFloat(target, allocator, source)
        : null;
  }

  private @Nullable ColumnWriter toDouble(DataType from, Target target) {
    if (from instanceof DoubleType) {
      return new NumberWriters.OfDouble(target, allocator);
    }
    if (from instanceof FloatType) {
      return new NumberWriters.WidenedToDouble(target, allocator, true, IntegerSource.INT);
    }
    IntegerSource source = integerSource(from);
    return source == null || source == IntegerSource.LONG
        ? null
        : new NumberWriters.WidenedToDouble(target, allocator, false, source);
  }

  private @Nullable ColumnWriter decimal(DataType from, DecimalType to, Target target) {
    if (from instanceof org.apache.spark.sql.types.DecimalType decimal) {
      boolean small = decimal.precision() <= org.apache.spark.sql.types.Decimal.MAX_LONG_DIGITS();
      return small && decimal.scale() == to.scale()
          ? new DecimalWriters.SameScale(target, allocator, decimal.precision())
          : new DecimalWriters.Rescaled(target, allocator, decimal.precision(), decimal.scale());
    }
    IntegerSource source = integerSource(from);
    return source == null ? null : new DecimalWriters.FromInteger(target, allocator, source);
  }

  private ColumnWriter text(Target target, int maxCharacters) {
    return new VariableWidthWriter(target, allocator, batch, true, maxCharacters, maxFieldBytes);
  }

  private ColumnWriter struct(
      org.apache.spark.sql.types.StructType from, List<StructType.Field> fields, Target target) {
    int[] ordinals = new int[fields.size()];
    ColumnWriter[] children = new ColumnWriter[fields.size()];
    int matched = 0;
    for (int i = 0; i < children.length; i++) {
      StructType.Field field = fields.get(i);
      ordinals[i] = fieldIndex(from, field.name(), target);
      boolean absent = ordinals[i] == StructWriter.ABSENT;
      matched += absent ? 0 : 1;
      DataType fieldType =
          absent ? SparkTypes.of(field.type()) : from.fields()[ordinals[i]].dataType();
      children[i] = writer(fieldType, target.child(field.name(), field.type(), true));
    }
    if (matched < from.length()) {
      throw new IllegalArgumentException(
          "Column "
              + target.path()
              + ": Spark's "
              + from.catalogString()
              + " has fields that "
              + target.type()
              + " does not have; drop them or cast the column");
    }
    return new StructWriter(target, allocator, children, ordinals, from.length());
  }

  private static int fieldIndex(
      org.apache.spark.sql.types.StructType struct, String name, Target target) {
    int found = StructWriter.ABSENT;
    for (int i = 0; i < struct.length(); i++) {
      if (struct.fields()[i].name().equalsIgnoreCase(name)) {
        if (found != StructWriter.ABSENT) {
          throw new IllegalArgumentException(
              "Column "
                  + target.path()
                  + ": Spark's struct has the field "
                  + name.toLowerCase(Locale.ROOT)
                  + " twice, and names are compared without regard to case");
        }
        found = i;
      }
    }
    return found;
  }

  /** In Spark 4, CHAR and VARCHAR are subclasses of StringType; in Spark 3 they are not. */
  private static boolean isText(DataType type) {
    return type instanceof org.apache.spark.sql.types.CharType
        || type instanceof org.apache.spark.sql.types.VarcharType
        || type instanceof StringType;
  }

  private static @Nullable IntegerSource integerSource(DataType type) {
    if (type instanceof LongType) {
      return IntegerSource.LONG;
    }
    if (type instanceof IntegerType) {
      return IntegerSource.INT;
    }
    if (type instanceof ShortType) {
      return IntegerSource.SHORT;
    }
    return type instanceof ByteType ? IntegerSource.BYTE : null;
  }
}
