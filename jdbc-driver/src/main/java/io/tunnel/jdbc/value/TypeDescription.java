package io.tunnel.jdbc.value;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.sql.Types;

/**
 * What JDBC metadata says about a MaxCompute type. This is the only place with JDBC type codes.
 *
 * @param jdbcType a constant of {@link Types}
 * @param className the class of {@code getObject}, exactly
 * @param precision digits of a number, characters of a text, bytes of binary; 0 if without meaning
 * @param scale digits behind the point, or of the second
 * @param displaySize characters of the text form at most; {@link Integer#MAX_VALUE} if unbounded
 * @param signed whether negative numbers exist
 */
public record TypeDescription(
    int jdbcType, String className, int precision, int scale, int displaySize, boolean signed) {

  /** The bound of one STRING or BINARY value, in bytes. */
  public static final int MAX_FIELD_BYTES = 8 * 1024 * 1024;

  /** The class of an ARRAY value; named here because the class lives beside the result sets. */
  public static final String ARRAY_CLASS = "io.tunnel.jdbc.result.ArrayValue";

  /** Describes a type. */
  public static TypeDescription of(MaxComputeType type) {
    if (type instanceof PrimitiveType primitive) {
      return primitive(primitive);
    }
    if (type instanceof DecimalType decimal) {
      int digits = decimal.arrowPrecision();
      return new TypeDescription(
          Types.DECIMAL, "java.math.BigDecimal", digits, decimal.scale(), digits + 2, true);
    }
    if (type instanceof CharType text) {
      return text(Types.CHAR, text.length());
    }
    if (type instanceof VarcharType text) {
      return text(Types.VARCHAR, text.length());
    }
    if (type instanceof ArrayType) {
      return nested(Types.ARRAY, ARRAY_CLASS);
    }
    if (type instanceof MapType) {
      return nested(Types.JAVA_OBJECT, "java.util.LinkedHashMap");
    }
    if (type instanceof StructType) {
      return nested(Types.STRUCT, StructValue.class.getName());
    }
    throw new IllegalArgumentException("No JDBC type for " + type);
  }

  private static TypeDescription primitive(PrimitiveType type) {
    return switch (type) {
      case TINYINT -> number(Types.TINYINT, "java.lang.Integer", 3, 4);
      case SMALLINT -> number(Types.SMALLINT, "java.lang.Integer", 5, 6);
      case INT -> number(Types.INTEGER, "java.lang.Integer", 10, 11);
      case BIGINT -> number(Types.BIGINT, "java.lang.Long", 19, 20);
      case FLOAT -> number(Types.REAL, "java.lang.Float", 7, 15);
      case DOUBLE -> number(Types.DOUBLE, "java.lang.Double", 15, 25);
      case BOOLEAN -> new TypeDescription(Types.BOOLEAN, "java.lang.Boolean", 1, 0, 5, false);
      case STRING, JSON -> text(Types.VARCHAR, MAX_FIELD_BYTES);
      case BINARY ->
          new TypeDescription(
              Types.VARBINARY, "[B", MAX_FIELD_BYTES, 0, 2 * MAX_FIELD_BYTES, false);
      case DATE -> new TypeDescription(Types.DATE, "java.sql.Date", 10, 0, 10, false);
      case DATETIME -> timestamp(23, 3);
      case TIMESTAMP, TIMESTAMP_NTZ -> timestamp(29, 9);
      case INTERVAL_YEAR_MONTH ->
          new TypeDescription(Types.OTHER, "java.time.Period", 0, 0, 16, true);
      case INTERVAL_DAY_TIME ->
          new TypeDescription(Types.OTHER, "java.time.Duration", 0, 9, 32, true);
    };
  }

  private static TypeDescription number(int type, String javaClass, int digits, int width) {
    return new TypeDescription(type, javaClass, digits, 0, width, true);
  }

  private static TypeDescription text(int type, int length) {
    return new TypeDescription(type, "java.lang.String", length, 0, length, false);
  }

  private static TypeDescription timestamp(int width, int digits) {
    return new TypeDescription(Types.TIMESTAMP, "java.sql.Timestamp", width, digits, width, false);
  }

  private static TypeDescription nested(int type, String javaClass) {
    return new TypeDescription(type, javaClass, 0, 0, Integer.MAX_VALUE, false);
  }

  /** Whether upper and lower case differ in comparisons. */
  public boolean caseSensitive() {
    return jdbcType == Types.VARCHAR || jdbcType == Types.CHAR;
  }

  /** The type as users write it in SQL, in upper case: {@code DECIMAL(10,2)}. */
  public static String typeName(MaxComputeType type) {
    return type.isNested() ? type.toString() : type.toString().toUpperCase(java.util.Locale.ROOT);
  }
}
