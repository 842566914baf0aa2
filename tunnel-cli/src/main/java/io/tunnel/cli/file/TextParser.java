package io.tunnel.cli.file;

import org.apache.arrow.vector.VarCharVector;

/** STRING, JSON, VARCHAR(n) and CHAR(n): the characters as they are, encoded as UTF-8. */
final class TextParser extends FieldParser {
  private final VarCharVector vector;
  private final int maxCharacters;
  private byte[] bytes = new byte[256];

  TextParser(VarCharVector vector, int maxCharacters) {
    this.vector = vector;
    this.maxCharacters = maxCharacters;
  }

  @Override
  boolean keepsBlank() {
    return true;
  }

  @Override
  void put(Field field, int row) throws BadFieldException {
    if (bytes.length < field.length * 3L) {
      bytes = new byte[Math.toIntExact(field.length * 3L)];
    }
    int end = field.offset + field.length;
    int length = 0;
    int characters = 0;
    for (int i = field.offset; i < end; i++) {
      char character = field.buffer[i];
      characters++;
      if (character < 0x80) {
        bytes[length++] = (byte) character;
      } else if (character < 0x800) {
        bytes[length++] = (byte) (0xc0 | character >> 6);
        bytes[length++] = (byte) (0x80 | character & 0x3f);
      } else if (!Character.isSurrogate(character)) {
        bytes[length++] = (byte) (0xe0 | character >> 12);
        bytes[length++] = (byte) (0x80 | character >> 6 & 0x3f);
        bytes[length++] = (byte) (0x80 | character & 0x3f);
      } else {
        // A decoder that reports malformed input lets only whole pairs through.
        int codePoint = Character.toCodePoint(character, field.buffer[++i]);
        bytes[length++] = (byte) (0xf0 | codePoint >> 18);
        bytes[length++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
        bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        bytes[length++] = (byte) (0x80 | codePoint & 0x3f);
      }
    }
    if (characters > maxCharacters) {
      throw new BadFieldException(
          "is too long: " + characters + " characters, at most " + maxCharacters + " fit");
    }
    vector.setSafe(row, bytes, 0, length);
  }
}
