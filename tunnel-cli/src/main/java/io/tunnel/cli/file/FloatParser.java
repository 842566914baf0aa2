package io.tunnel.cli.file;

import com.fasterxml.jackson.core.io.NumberInput;
import org.apache.arrow.vector.Float4Vector;

/** FLOAT: as {@link DoubleParser}, rounded to the nearest float. */
final class FloatParser extends FieldParser {
  private final Float4Vector vector;

  FloatParser(Float4Vector vector) {
    this.vector = vector;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    float value;
    try {
      value = NumberInput.parseFloat(field.buffer, field.offset, field.length, true);
    } catch (NumberFormatException e) {
      throw new BadFieldException("is not a number");
    }
    if (Float.isInfinite(value) && DoubleParser.isDigits(field)) {
      throw new BadFieldException("is out of range of a float");
    }
    vector.set(row, value);
  }
}
