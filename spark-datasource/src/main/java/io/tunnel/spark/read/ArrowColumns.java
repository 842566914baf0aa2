package io.tunnel.spark.read;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.spark.type.SparkTypes;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.types.DataType;

/** Chooses the column for a type; the vectors have the wire form of the type's Arrow mapping. */
final class ArrowColumns {
  private ArrowColumns() {}

  static ArrowColumn of(MaxComputeType type, FieldVector vector) {
    DataType spark = SparkTypes.of(type);
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive, spark, vector);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return new VariableWidthColumns.OfText(spark, vector);
    }
    if (type instanceof DecimalType) {
      return new FixedWidthColumns.OfDecimal(spark, vector);
    }
    if (type instanceof ArrayType array) {
      FieldVector elements = ((ListVector) vector).getDataVector();
      return new VariableWidthColumns.OfArray(spark, vector, of(array.element(), elements));
    }
    if (type instanceof MapType map) {
      StructVector entries = (StructVector) ((ListVector) vector).getDataVector();
      return new VariableWidthColumns.OfMap(
          spark, vector, of(map.key(), child(entries, 0)), of(map.value(), child(entries, 1)));
    }
    StructType struct = (StructType) type;
    ArrowColumn[] fields = new ArrowColumn[struct.fields().size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = of(struct.fields().get(i).type(), child((StructVector) vector, i));
    }
    return new VariableWidthColumns.OfStruct(spark, vector, fields);
  }

  private static FieldVector child(StructVector struct, int ordinal) {
    return (FieldVector) struct.getChildByOrdinal(ordinal);
  }

  private static ArrowColumn primitive(PrimitiveType type, DataType spark, FieldVector vector) {
    return switch (type) {
      case TINYINT -> new FixedWidthColumns.OfByte(spark, vector);
      case SMALLINT -> new FixedWidthColumns.OfShort(spark, vector);
      case INT, DATE, INTERVAL_YEAR_MONTH -> new FixedWidthColumns.OfInt(spark, vector);
      case BIGINT -> new FixedWidthColumns.OfLong(spark, vector);
      case FLOAT -> new FixedWidthColumns.OfFloat(spark, vector);
      case DOUBLE -> new FixedWidthColumns.OfDouble(spark, vector);
      case BOOLEAN -> new FixedWidthColumns.OfBoolean(spark, vector);
      case STRING, JSON -> new VariableWidthColumns.OfText(spark, vector);
      case BINARY -> new VariableWidthColumns.OfBinary(spark, vector);
      case DATETIME -> new FixedWidthColumns.OfMilliseconds(spark, vector);
      case TIMESTAMP, TIMESTAMP_NTZ -> new FixedWidthColumns.OfNanoseconds(spark, vector);
      case INTERVAL_DAY_TIME -> new FixedWidthColumns.OfDaysAndMilliseconds(spark, vector);
    };
  }
}
