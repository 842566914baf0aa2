package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
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

/** Chooses the accessor of a column, by its type and by the form of its vector. */
public final class AccessorFactory {
  private AccessorFactory() {}

  /**
   * An accessor that reads the vector, now and after it was loaded with another batch.
   *
   * @throws ClassCastException if the vector is not of a form that the type has
   */
  public static Accessor create(MaxComputeType type, FieldVector vector, ValueConverter converter) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive, vector, converter);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return new TextAccessor((VarCharVector) vector, converter);
    }
    if (type instanceof DecimalType) {
      return new DecimalAccessor((DecimalVector) vector, converter);
    }
    if (type instanceof ArrayType array) {
      ListVector list = (ListVector) vector;
      Accessor elements = create(array.element(), list.getDataVector(), converter);
      return new ListAccessor(array.element(), list, elements, converter);
    }
    if (type instanceof MapType map) {
      MapVector entries = (MapVector) vector;
      StructVector pair = (StructVector) entries.getDataVector();
      return new MapAccessor(
          entries,
          create(map.key(), (FieldVector) pair.getChildByOrdinal(0), converter),
          create(map.value(), (FieldVector) pair.getChildByOrdinal(1), converter),
          converter);
    }
    return struct((StructType) type, (StructVector) vector, converter);
  }

  private static Accessor struct(StructType type, StructVector vector, ValueConverter converter) {
    Accessor[] fields = new Accessor[type.fields().size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] =
          create(type.fields().get(i).type(), (FieldVector) vector.getChildByOrdinal(i), converter);
    }
    return new StructAccessor(type, vector, fields, converter);
  }

  private static Accessor primitive(
      PrimitiveType type, FieldVector vector, ValueConverter converter) {
    return switch (type) {
      case TINYINT -> new TinyIntAccessor((TinyIntVector) vector, converter);
      case SMALLINT -> new SmallIntAccessor((SmallIntVector) vector, converter);
      case INT -> new IntAccessor((IntVector) vector, converter);
      case BIGINT -> new BigIntAccessor((BigIntVector) vector, converter);
      case FLOAT -> new FloatAccessor((Float4Vector) vector, converter);
      case DOUBLE -> new DoubleAccessor((Float8Vector) vector, converter);
      case BOOLEAN -> new BooleanAccessor((BitVector) vector, converter);
      case STRING, JSON -> new TextAccessor((VarCharVector) vector, converter);
      case BINARY -> new BinaryAccessor((VarBinaryVector) vector, converter);
      case DATE -> new DateAccessor((DateDayVector) vector, converter);
      case DATETIME -> new DateTimeAccessor((DateMilliVector) vector, converter);
      case INTERVAL_YEAR_MONTH -> new PeriodAccessor((IntervalYearVector) vector, converter);
      case TIMESTAMP ->
          vector instanceof TimeStampNanoVector nanos
              ? new TimestampAccessor(nanos, converter)
              : new ExtendedTimeAccessor(type, (StructVector) vector, converter);
      case TIMESTAMP_NTZ ->
          vector instanceof TimeStampNanoVector nanos
              ? new WallClockAccessor(nanos, converter)
              : new ExtendedTimeAccessor(type, (StructVector) vector, converter);
      case INTERVAL_DAY_TIME ->
          vector instanceof IntervalDayVector days
              ? new DurationAccessor(days, converter)
              : new ExtendedTimeAccessor(type, (StructVector) vector, converter);
    };
  }
}
