package io.tunnel.cli.file;

import com.fasterxml.jackson.core.io.NumberInput;
import org.apache.arrow.vector.Float8Vector;

/** DOUBLE: a decimal number, {@code NaN}, {@code Infinity} or {@code -Infinity}. */
final class DoubleParser extends FieldParser {
  private final Float8Vector vector;

  DoubleParser(Float8Vector vector) {
    this.vector = vector;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    vector.set(row, parse(field));
  }

  /** Jackson's parser reads the range of characters as it is; the JDK's wants a string. */
  private static double parse(Field field) throws BadFieldException {
    try {
      double value = NumberInput.parseDouble(field.buffer, field.offset, field.length, true);
      if (Double.isInfinite(value) && isDigits(field)) {
        throw new BadFieldException("is out of range of a double");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new BadFieldException("is not a number");
    }
  }

  static boolean isDigits(Field field) {
    char last = field.at(field.length - 1);
    return (last >= '0' && last <= '9') || last == '.';
  }
}
