package io.tunnel.jdbc.value;

import io.tunnel.jdbc.value.ValueConverter.Fraction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Types;

/** What {@code setObject(index, value, targetType, scale)} makes of a value. */
public final class TargetTypes {
  private TargetTypes() {}

  /**
   * Converts a value to the JDBC type.
   *
   * @param scale digits behind the point of DECIMAL and NUMERIC; further digits are rounded
   * @throws ValueException if the value has no form of that type, or the type is not known
   */
  public static Object convert(Object value, int targetType, int scale, ValueConverter converter)
      throws ValueException {
    return switch (targetType) {
      case Types.TINYINT -> integral(value, Byte.MIN_VALUE, Byte.MAX_VALUE, converter);
      case Types.SMALLINT -> integral(value, Short.MIN_VALUE, Short.MAX_VALUE, converter);
      case Types.INTEGER -> integral(value, Integer.MIN_VALUE, Integer.MAX_VALUE, converter);
      case Types.BIGINT -> integral(value, Long.MIN_VALUE, Long.MAX_VALUE, converter);
      case Types.REAL -> converter.toFloat(value);
      case Types.FLOAT, Types.DOUBLE -> converter.toDouble(value);
      case Types.DECIMAL, Types.NUMERIC -> decimal(value, scale);
      case Types.BOOLEAN, Types.BIT -> converter.toBoolean(value);
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.NCLOB ->
          converter.toText(value);
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
          ValueConverter.toBytes(value);
      case Types.DATE -> converter.toDate(value);
      case Types.TIME, Types.TIME_WITH_TIMEZONE -> converter.toTime(value);
      // Instants stay instants and wall clocks wall clocks; only text has to be read.
      case Types.TIMESTAMP ->
          value instanceof String ? converter.toDateTime(value) : temporal(value, converter);
      case Types.TIMESTAMP_WITH_TIMEZONE -> converter.toInstant(value);
      case Types.ARRAY, Types.STRUCT, Types.JAVA_OBJECT, Types.OTHER, Types.NULL -> value;
      default ->
          throw new ValueException(
              ValueException.WRONG_TYPE, "the JDBC type " + targetType + " does not exist here");
    };
  }

  private static Object integral(Object value, long min, long max, ValueConverter converter)
      throws ValueException {
    return converter.toIntegral(value, min, max, Fraction.REFUSE);
  }

  private static Object decimal(Object value, int scale) throws ValueException {
    BigDecimal number = ValueConverter.toDecimal(value);
    return scale > 0 && number.scale() > scale
        ? number.setScale(scale, RoundingMode.HALF_UP)
        : number;
  }

  private static Object temporal(Object value, ValueConverter converter) throws ValueException {
    // Throws for what is no date or time.
    converter.toDateTime(value);
    return value;
  }
}
