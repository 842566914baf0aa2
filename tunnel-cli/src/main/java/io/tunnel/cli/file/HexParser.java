package io.tunnel.cli.file;

import java.util.HexFormat;
import org.apache.arrow.vector.VarBinaryVector;

/** BINARY: hexadecimal digits, two to the byte, as {@code tunnel sql} prints them. */
final class HexParser extends FieldParser {
  private final VarBinaryVector vector;
  private byte[] bytes = new byte[256];

  HexParser(VarBinaryVector vector) {
    this.vector = vector;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    field.strip();
    if (field.length % 2 != 0) {
      throw notHex();
    }
    int length = field.length / 2;
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    for (int i = 0; i < length; i++) {
      char high = field.at(2 * i);
      char low = field.at(2 * i + 1);
      if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
        throw notHex();
      }
      bytes[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
    }
    vector.setSafe(row, bytes, 0, length);
  }

  private static BadFieldException notHex() {
    return new BadFieldException("is not hexadecimal: write two digits 0-9 a-f for each byte");
  }
}
