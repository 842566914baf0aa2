package io.tunnel.cli.file;

import org.apache.arrow.vector.BitVector;

/** BOOLEAN: true, t, yes, y, 1 or false, f, no, n, 0, in any case. */
final class BooleanParser extends FieldParser {
  private final BitVector vector;

  BooleanParser(BitVector vector) {
    this.vector = vector;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    if (isAny(field, "true", "t", "yes", "y", "1")) {
      vector.set(row, 1);
    } else if (isAny(field, "false", "f", "no", "n", "0")) {
      vector.set(row, 0);
    } else {
      throw new BadFieldException("is neither true nor false");
    }
  }

  private static boolean isAny(Field field, String a, String b, String c, String d, String e) {
    return field.equalsIgnoreCase(a)
        || field.equalsIgnoreCase(b)
        || field.equalsIgnoreCase(c)
        || field.equalsIgnoreCase(d)
        || field.equalsIgnoreCase(e);
  }
}
