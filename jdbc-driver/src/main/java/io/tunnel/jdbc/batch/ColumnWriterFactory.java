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
import org.apache.arrow.memory.BufferAllocator;

/** Chooses the writer of a column by its type. */
final class ColumnWriterFactory {
  private final ValueConverter converter;
  private final BufferAllocator allocator;
  private final ByteCount count;

  ColumnWriterFactory(ValueConverter converter, BufferAllocator allocator, ByteCount count) {
    this.converter = converter;
    this.allocator = allocator;
    this.count = count;
  }

  /** A writer in wire form, which takes no memory before the first value. */
  ColumnWriter create(Column column) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return primitive(column, primitive);
    }
    if (type instanceof CharType text) {
      return text(column, text.length());
    }
    if (type instanceof VarcharType text) {
      return text(column, text.length());
    }
    if (type instanceof DecimalType decimal) {
      return new DecimalWriter(column, decimal, converter, allocator);
    }
    if (type instanceof ArrayType array) {
      ColumnWriter element = create(Column.of("element", array.element()));
      return new NestedWriter.Elements(column, element, converter, allocator, count);
    }
    if (type instanceof MapType map) {
      Column key = Column.of("key", map.key()).notNull();
      Column value = Column.of("value", map.value());
      return new NestedWriter.Entries(
          column, create(key), create(value), converter, allocator, count);
    }
    return struct(column, (StructType) type);
  }

  private ColumnWriter struct(Column column, StructType type) {
    ColumnWriter[] fields = new ColumnWriter[type.fields().size()];
    for (int i = 0; i < fields.length; i++) {
      StructType.Field field = type.fields().get(i);
      fields[i] = create(Column.of(field.name(), field.type()));
    }
    return new NestedWriter.Fields(column, fields, converter, allocator);
  }

  private ColumnWriter text(Column column, int maxCharacters) {
    return new TextWriter(column, converter, allocator, maxCharacters, count);
  }

  private ColumnWriter integral(Column column, int width) {
    return new IntegralWriter(column, converter, allocator, width);
  }

  private ColumnWriter primitive(Column column, PrimitiveType type) {
    return switch (type) {
      case TINYINT -> integral(column, Byte.BYTES);
      case SMALLINT -> integral(column, Short.BYTES);
      case INT -> integral(column, Integer.BYTES);
      case BIGINT -> integral(column, Long.BYTES);
      case FLOAT -> new FloatWriter(column, converter, allocator);
      case DOUBLE -> new DoubleWriter(column, converter, allocator);
      case BOOLEAN -> new BooleanWriter(column, converter, allocator);
      case STRING, JSON -> text(column, TypeDescription.MAX_FIELD_BYTES);
      case BINARY -> new BinaryWriter(column, converter, allocator, count);
      case DATE -> new TimeWriter.Day(column, converter, allocator);
      case DATETIME -> new TimeWriter.Millis(column, converter, allocator);
      case TIMESTAMP -> new TimeWriter.Nanos(column, converter, allocator);
      case TIMESTAMP_NTZ -> new TimeWriter.WallNanos(column, converter, allocator);
      case INTERVAL_YEAR_MONTH -> new TimeWriter.Months(column, converter, allocator);
      case INTERVAL_DAY_TIME -> new TimeWriter.DayTime(column, converter, allocator);
    };
  }
}
