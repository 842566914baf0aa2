package io.tunnel.cli.file;

import org.apache.arrow.vector.DateDayVector;

/** DATE: {@code 2026-01-31}. */
final class DateParser extends FieldParser {
  private final DateDayVector vector;
  private final Moment moment = new Moment();

  DateParser(DateDayVector vector) {
    this.vector = vector;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    moment.parse(field);
    if (moment.hasTime) {
      throw new BadFieldException("has a time of day, which a date does not; write yyyy-mm-dd");
    }
    vector.set(row, Math.toIntExact(moment.epochDay));
  }
}
