package io.tunnel.jdbc.value;

import java.util.Calendar;
import java.util.Date;

/**
 * A {@code java.sql} date, time or timestamp together with the calendar that says which wall clock
 * is meant: the arguments of {@code setTimestamp(index, value, calendar)}.
 *
 * @param value a java.sql.Date, Time or Timestamp
 * @param calendar a calendar of which only zone and kind count
 */
public record ZonedSqlValue(Date value, Calendar calendar) {
  @Override
  public String toString() {
    return value.toString();
  }
}
