package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
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

/** Chooses the writer of a column by its type. */
final class ColumnWriterFactory {
  private final ValueConverter converter;
  private final ByteCount count;

  ColumnWriterFactory(ValueConverter converter, ByteCount count) {
    this.converter = converter;
    this.count = count;
  }

  /** A writer into a vector of wire form. */
  ColumnWriter create(Column column, FieldVector vector) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return primitive(column, primitive, vector);
    }
    if (type instanceof CharType text) {
      return text(column, vector, text.length());
    }
    if (type instanceof VarcharType text) {
      return text(column, vector, text.length());
    }
    if (type instanceof DecimalType decimal) {
      return new DecimalWriter(column, decimal, (DecimalVector) vector, converter);
    }
    if (type instanceof ArrayType array) {
      ListVector list = (ListVector) vector;
      Column element = Column.of("element", array.element());
      ColumnWriter elements = create(element, list.getDataVector());
      return new NestedWriter.Elements(column, list, elements, converter);
    }
    if (type instanceof MapType map) {
      return map(column, map, (MapVector) vector);
    }
    return struct(column, (StructType) type, (StructVector) vector);
  }

  private ColumnWriter map(Column column, MapType type, MapVector vector) {
    StructVector pair = (StructVector) vector.getDataVector();
    Column key = Column.of("key", type.key()).notNull();
    Column value = Column.of("value", type.value());
    return new NestedWriter.Entries(
        column,
        vector,
        create(key, (FieldVector) pair.getChildByOrdinal(0)),
        create(value, (FieldVector) pair.getChildByOrdinal(1)),
        converter);
  }

  private ColumnWriter struct(Column column, StructType type, StructVector vector) {
    ColumnWriter[] fields = new ColumnWriter[type.fields().size()];
    for (int i = 0; i < fields.length; i++) {
      StructType.Field field = type.fields().get(i);
      Column fieldColumn = Column.of(field.name(), field.type());
      fields[i] = create(fieldColumn, (FieldVector) vector.getChildByOrdinal(i));
    }
    return new NestedWriter.Fields(column, vector, fields, converter);
  }

  private ColumnWriter text(Column column, FieldVector vector, int maxCharacters) {
    return new TextWriter(column, (VarCharVector) vector, converter, maxCharacters, count);
  }

  private ColumnWriter primitive(Column column, PrimitiveType type, FieldVector vector) {
    return switch (type) {
      case TINYINT -> new IntegralWriter.TinyInt(column, (TinyIntVector) vector, converter);
      case SMALLINT -> new IntegralWriter.SmallInt(column, (SmallIntVector) vector, converter);
      case INT -> new IntegralWriter.Int(column, (IntVector) vector, converter);
      case BIGINT -> new IntegralWriter.BigInt(column, (BigIntVector) vector, converter);
      case FLOAT -> new FloatWriter(column, (Float4Vector) vector, converter);
      case DOUBLE -> new DoubleWriter(column, (Float8Vector) vector, converter);
      case BOOLEAN -> new BooleanWriter(column, (BitVector) vector, converter);
      case STRING, JSON -> text(column, vector, TypeDescription.MAX_FIELD_BYTES);
      case BINARY -> new BinaryWriter(column, (VarBinaryVector) vector, converter, count);
      case DATE -> new TimeWriter.Day(column, (DateDayVector) vector, converter);
      case DATETIME -> new TimeWriter.Millis(column, (DateMilliVector) vector, converter);
      case TIMESTAMP -> new TimeWriter.Nanos(column, (TimeStampNanoVector) vector, converter);
      case TIMESTAMP_NTZ ->
          new TimeWriter.WallNanos(column, (TimeStampNanoVector) vector, converter);
      case INTERVAL_YEAR_MONTH ->
          new TimeWriter.Months(column, (IntervalYearVector) vector, converter);
      case INTERVAL_DAY_TIME ->
          new TimeWriter.DayTime(column, (IntervalDayVector) vector, converter);
    };
  }
}
