package io.tunnel.jdbc.value;

import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.sql.SqlLiterals;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Calendar;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values as SQL. Instants are written as the wall clock of the zone that SQL runs in. */
public final class Literals {
  private Literals() {}

  /** Whether values of the type can be written as literals. */
  public static boolean exist(MaxComputeType type) {
    return !type.isNested()
        && type != PrimitiveType.JSON
        && type != PrimitiveType.INTERVAL_DAY_TIME
        && type != PrimitiveType.INTERVAL_YEAR_MONTH;
  }

  /**
   * A literal of the given type for a value in natural form.
   *
   * @param zone the zone that SQL runs in
   */
  public static String of(MaxComputeType type, @Nullable Object natural, ZoneId zone) {
    if (natural == null) {
      return "NULL";
    }
    if (type == PrimitiveType.TINYINT) {
      return SqlLiterals.literal(((Integer) natural).byteValue());
    }
    if (type == PrimitiveType.SMALLINT) {
      return SqlLiterals.literal(((Integer) natural).shortValue());
    }
    if (type == PrimitiveType.DATETIME) {
      return time("DATETIME", LocalDateTime.ofInstant((Instant) natural, zone));
    }
    if (type == PrimitiveType.TIMESTAMP) {
      return time("TIMESTAMP", LocalDateTime.ofInstant((Instant) natural, zone));
    }
    return type == PrimitiveType.TIMESTAMP_NTZ
        ? time("TIMESTAMP_NTZ", (LocalDateTime) natural)
        : SqlLiterals.literal(natural);
  }

  /**
   * A literal for any value that a setter took, where the target type is not known.
   *
   * @param zone the zone that SQL runs in
   * @throws ValueException if SQL has no literal for it
   */
  public static String of(@Nullable Object value, ValueConverter converter, ZoneId zone)
      throws ValueException {
    if (value instanceof java.sql.Date) {
      return SqlLiterals.literal(converter.toDate(value));
    }
    if (value instanceof LocalTime || value instanceof java.sql.Time || value instanceof UUID) {
      return SqlLiterals.literal(converter.toText(value));
    }
    if (value instanceof ZonedSqlValue zoned && zoned.value() instanceof java.sql.Date) {
      return SqlLiterals.literal(converter.toDate(value));
    }
    if (value instanceof Instant
        || value instanceof OffsetDateTime
        || value instanceof ZonedDateTime
        || value instanceof java.util.Date
        || value instanceof Calendar
        || value instanceof ZonedSqlValue) {
      return time("TIMESTAMP", LocalDateTime.ofInstant(converter.toInstant(value), zone));
    }
    try {
      Object plain = value;
      if (value instanceof java.sql.Array array) {
        plain = Arrays.asList((Object[]) array.getArray());
      }
      return SqlLiterals.literal(plain);
    } catch (IllegalArgumentException | SQLException e) {
      throw new ValueException(ValueException.WRONG_TYPE, String.valueOf(e.getMessage()));
    }
  }

  private static String time(String type, LocalDateTime wall) {
    LocalDate date = wall.toLocalDate();
    if (date.getYear() < 0 || date.getYear() > 9999) {
      throw new IllegalArgumentException("The year " + date.getYear() + " has no SQL literal");
    }
    return type + " '" + TemporalText.print(wall) + "'";
  }
}
