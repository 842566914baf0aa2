package io.tunnel.jdbc.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** From the natural form of a value to the class that {@code getObject(index, class)} names. */
public final class ObjectConversions {
  private static final Map<Class<?>, Conversion> CONVERSIONS = conversions();

  private ObjectConversions() {}

  private interface Conversion {
    Object convert(ValueConverter converter, Object natural) throws ValueException;
  }

  /**
   * Converts a value.
   *
   * @throws ValueException if the class is not one that values of this kind have
   */
  public static <T> T convert(ValueConverter converter, Object natural, Class<T> target)
      throws ValueException {
    Conversion conversion = CONVERSIONS.get(target);
    if (conversion != null) {
      return target.cast(conversion.convert(converter, natural));
    }
    if (target.isInstance(natural)) {
      return target.cast(natural);
    }
    throw ValueException.wrongType(natural, target.getName());
  }

  /**
   * The value that {@code getObject(index)} gives: {@code java.sql} classes for dates and times.
   */
  public static Object jdbcDefault(ValueConverter converter, Object natural) throws ValueException {
    if (natural instanceof LocalDate) {
      return converter.toSqlDate(natural, null);
    }
    return natural instanceof Instant || natural instanceof LocalDateTime
        ? converter.toSqlTimestamp(natural, null)
        : natural;
  }

  private static Map<Class<?>, Conversion> conversions() {
    Map<Class<?>, Conversion> map = new HashMap<>();
    map.put(Object.class, ObjectConversions::jdbcDefault);
    map.put(String.class, ValueConverter::toText);
    map.put(Boolean.class, ValueConverter::toBoolean);
    map.put(Byte.class, (c, v) -> (byte) integral(c, v, Byte.MIN_VALUE, Byte.MAX_VALUE));
    map.put(Short.class, (c, v) -> (short) integral(c, v, Short.MIN_VALUE, Short.MAX_VALUE));
    map.put(Integer.class, (c, v) -> (int) integral(c, v, Integer.MIN_VALUE, Integer.MAX_VALUE));
    map.put(Long.class, (c, v) -> integral(c, v, Long.MIN_VALUE, Long.MAX_VALUE));
    map.put(Float.class, ValueConverter::toFloat);
    map.put(Double.class, ValueConverter::toDouble);
    map.put(BigDecimal.class, (c, v) -> ValueConverter.toDecimal(v));
    map.put(BigInteger.class, (c, v) -> toBigInteger(v));
    map.put(byte[].class, (c, v) -> ValueConverter.toBytes(v));
    map.put(LocalDate.class, ValueConverter::toDate);
    map.put(LocalTime.class, ValueConverter::toTime);
    map.put(LocalDateTime.class, ValueConverter::toDateTime);
    map.put(Instant.class, ValueConverter::toInstant);
    map.put(OffsetDateTime.class, (c, v) -> c.toInstant(v).atZone(c.zone()).toOffsetDateTime());
    map.put(ZonedDateTime.class, (c, v) -> c.toInstant(v).atZone(c.zone()));
    map.put(java.sql.Date.class, (c, v) -> c.toSqlDate(v, null));
    map.put(Time.class, (c, v) -> c.toSqlTime(v, null));
    map.put(Timestamp.class, (c, v) -> c.toSqlTimestamp(v, null));
    map.put(java.util.Date.class, (c, v) -> c.toSqlTimestamp(v, null));
    map.put(Period.class, (c, v) -> ValueConverter.toPeriod(v));
    map.put(Duration.class, (c, v) -> ValueConverter.toDuration(v));
    map.put(UUID.class, (c, v) -> toUuid(v));
    map.put(List.class, (c, v) -> Collections.unmodifiableList(Arrays.asList(elements(v))));
    map.put(Object[].class, (c, v) -> elements(v));
    map.put(Map.class, (c, v) -> toMap(v));
    return Map.copyOf(map);
  }

  private static long integral(ValueConverter converter, Object value, long min, long max)
      throws ValueException {
    return converter.toIntegral(value, min, max, ValueConverter.Fraction.CUT);
  }

  private static BigInteger toBigInteger(Object value) throws ValueException {
    BigDecimal number = ValueConverter.toDecimal(value);
    if (number.precision() - (long) number.scale() > 10_000) {
      throw new ValueException(ValueException.OUT_OF_RANGE, "it has more than 10000 digits");
    }
    return number.toBigInteger();
  }

  private static UUID toUuid(Object value) throws ValueException {
    if (value instanceof String text) {
      try {
        return UUID.fromString(text.strip());
      } catch (IllegalArgumentException e) {
        throw ValueException.malformed("a UUID", "123e4567-e89b-12d3-a456-426614174000");
      }
    }
    throw ValueException.wrongType(value, "a UUID");
  }

  private static Object[] elements(Object value) throws ValueException {
    try {
      if (value instanceof Array array) {
        return (Object[]) array.getArray();
      }
      if (value instanceof Struct struct) {
        return struct.getAttributes();
      }
    } catch (SQLException e) {
      throw new ValueException(ValueException.WRONG_TYPE, String.valueOf(e.getMessage()));
    }
    throw ValueException.wrongType(value, "a list");
  }

  private static Map<?, ?> toMap(Object value) throws ValueException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    if (value instanceof StructValue struct) {
      return struct.asMap();
    }
    throw ValueException.wrongType(value, "a map");
  }
}
