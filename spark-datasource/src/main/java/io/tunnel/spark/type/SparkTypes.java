package io.tunnel.spark.type;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** The Spark type in which a column is read. */
public final class SparkTypes {
  private SparkTypes() {}

  /**
   * The Spark schema of these columns. Every field is nullable: a table may hold NULL from before a
   * column became NOT NULL, and what is written is checked value by value.
   */
  public static org.apache.spark.sql.types.StructType schema(List<Column> columns) {
    List<StructField> fields = new ArrayList<>(columns.size());
    for (Column column : columns) {
      StructField field = nullable(column.name(), column.type());
      fields.add(column.comment().isEmpty() ? field : field.withComment(column.comment()));
    }
    return DataTypes.createStructType(fields);
  }

  /**
   * The Spark type of a MaxCompute type. TIMESTAMP loses what is finer than a microsecond; JSON,
   * CHAR and VARCHAR are text as stored.
   */
  public static DataType of(MaxComputeType type) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return DataTypes.StringType;
    }
    if (type instanceof DecimalType decimal) {
      return DataTypes.createDecimalType(decimal.arrowPrecision(), decimal.scale());
    }
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(of(array.element()), true);
    }
    if (type instanceof MapType map) {
      return DataTypes.createMapType(of(map.key()), of(map.value()), true);
    }
    List<StructField> fields = new ArrayList<>();
    for (StructType.Field field : ((StructType) type).fields()) {
      fields.add(nullable(field.name(), field.type()));
    }
    return DataTypes.createStructType(fields);
  }

  private static DataType primitive(PrimitiveType type) {
    return switch (type) {
      case TINYINT -> DataTypes.ByteType;
      case SMALLINT -> DataTypes.ShortType;
      case INT -> DataTypes.IntegerType;
      case BIGINT -> DataTypes.LongType;
      case FLOAT -> DataTypes.FloatType;
      case DOUBLE -> DataTypes.DoubleType;
      case BOOLEAN -> DataTypes.BooleanType;
      case STRING, JSON -> DataTypes.StringType;
      case BINARY -> DataTypes.BinaryType;
      case DATE -> DataTypes.DateType;
      case DATETIME, TIMESTAMP -> DataTypes.TimestampType;
      case TIMESTAMP_NTZ -> DataTypes.TimestampNTZType;
      case INTERVAL_YEAR_MONTH -> DataTypes.createYearMonthIntervalType();
      case INTERVAL_DAY_TIME -> DataTypes.createDayTimeIntervalType();
    };
  }

  private static StructField nullable(String name, MaxComputeType type) {
    return new StructField(name, of(type), true, Metadata.empty());
  }
}
