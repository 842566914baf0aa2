package io.tunnel.protocol.type;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The one table from MaxCompute types to Arrow types. No schema travels with a body, so both ends
 * derive it here (specification: regular tunnel, section 5).
 */
public final class ArrowMapping {

  /** How types wider than a plain Arrow type are laid out. */
  public enum Form {
    /**
     * The layout of upload and download bodies: TIMESTAMP and TIMESTAMP_NTZ are int64 nanoseconds
     * (1677-09-21 to 2262-04-11), INTERVAL_DAY_TIME is days and milliseconds.
     */
    WIRE,
    /**
     * The layout of previews, which loses nothing: TIMESTAMP, TIMESTAMP_NTZ and INTERVAL_DAY_TIME
     * are {@code struct<sec:int64,nano:int32>}.
     */
    EXTENDED
  }

  private ArrowMapping() {}

  /** The schema of a body that carries these columns in this order. */
  public static Schema schema(List<Column> columns, Form form) {
    List<Field> fields = new ArrayList<>(columns.size());
    for (Column column : columns) {
      fields.add(field(column.name(), column.type(), column.nullable(), form));
    }
    return new Schema(fields);
  }

  /** The Arrow field of one column. */
  public static Field field(String name, MaxComputeType type, boolean nullable, Form form) {
    ArrowType arrow = arrowType(type, form);
    return new Field(name, new FieldType(nullable, arrow, null), children(type, form));
  }

  private static ArrowType arrowType(MaxComputeType type, Form form) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive, form);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return ArrowType.Utf8.INSTANCE;
    }
    if (type instanceof DecimalType decimal) {
      return new ArrowType.Decimal(decimal.arrowPrecision(), decimal.scale(), 128);
    }
    if (type instanceof ArrayType) {
      return ArrowType.List.INSTANCE;
    }
    return type instanceof MapType ? new ArrowType.Map(false) : ArrowType.Struct.INSTANCE;
  }

  private static ArrowType primitive(PrimitiveType type, Form form) {
    return switch (type) {
      case TINYINT -> new ArrowType.Int(8, true);
      case SMALLINT -> new ArrowType.Int(16, true);
      case INT -> new ArrowType.Int(32, true);
      case BIGINT -> new ArrowType.Int(64, true);
      case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case STRING, JSON -> ArrowType.Utf8.INSTANCE;
      case BINARY -> ArrowType.Binary.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case DATETIME -> new ArrowType.Date(DateUnit.MILLISECOND);
      case TIMESTAMP, TIMESTAMP_NTZ ->
          form == Form.WIRE
              ? new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)
              : ArrowType.Struct.INSTANCE;
      case INTERVAL_YEAR_MONTH -> new ArrowType.Interval(IntervalUnit.YEAR_MONTH);
      case INTERVAL_DAY_TIME ->
          form == Form.WIRE
              ? new ArrowType.Interval(IntervalUnit.DAY_TIME)
              : ArrowType.Struct.INSTANCE;
    };
  }

  private static List<Field> children(MaxComputeType type, Form form) {
    if (type instanceof ArrayType array) {
      return List.of(field("element", array.element(), true, form));
    }
    if (type instanceof MapType map) {
      Field entries =
          new Field(
              MapVector.DATA_VECTOR_NAME,
              new FieldType(false, ArrowType.Struct.INSTANCE, null),
              List.of(
                  field(MapVector.KEY_NAME, map.key(), false, form),
                  field(MapVector.VALUE_NAME, map.value(), true, form)));
      return List.of(entries);
    }
    if (type instanceof StructType struct) {
      List<Field> fields = new ArrayList<>(struct.fields().size());
      for (StructType.Field field : struct.fields()) {
        fields.add(field(field.name(), field.type(), true, form));
      }
      return fields;
    }
    if (form == Form.EXTENDED
        && (type == PrimitiveType.TIMESTAMP
            || type == PrimitiveType.TIMESTAMP_NTZ
            || type == PrimitiveType.INTERVAL_DAY_TIME)) {
      return List.of(
          Field.nullable("sec", new ArrowType.Int(64, true)),
          Field.nullable("nano", new ArrowType.Int(32, true)));
    }
    return List.of();
  }
}
