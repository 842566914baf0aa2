package io.tunnel.cli.file;

import java.time.ZoneId;
import org.apache.arrow.vector.DateMilliVector;

/** DATETIME: {@code 2026-01-31 23:59:58.123}, with or without offset. */
final class DateTimeParser extends FieldParser {
  private final DateMilliVector vector;
  private final ZoneId zone;
  private final Moment moment = new Moment();

  DateTimeParser(DateMilliVector vector, ZoneId zone) {
    this.vector = vector;
    this.zone = zone;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    moment.parse(field);
    if (moment.nano % 1_000_000 != 0) {
      throw new BadFieldException(
          "has digits below the millisecond, which a datetime does not keep; use timestamp");
    }
    vector.set(row, moment.epochSecond(zone) * 1000 + moment.nano / 1_000_000);
  }
}
