package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.VarCharVector;

/** Writes STRING, JSON, CHAR and VARCHAR: text becomes UTF-8 in a reused array. */
final class TextWriter extends ColumnWriter {
  private final VarCharVector vector;
  private final int maxCharacters;
  private final ByteCount count;
  private byte[] bytes = new byte[256];

  /**
   * Creates a writer.
   *
   * @param maxCharacters characters (code points) at most
   */
  TextWriter(
      Column column,
      VarCharVector vector,
      ValueConverter converter,
      int maxCharacters,
      ByteCount count) {
    super(column, vector, converter);
    this.vector = vector;
    this.maxCharacters = maxCharacters;
    this.count = count;
  }

  @Override
  void writeNull(int row) {
    if (vector.getLastSet() >= row) {
      vector.setLastSet(row - 1);
    }
    vector.setNull(row);
  }

  @Override
  void writeObject(int row, Object value) throws ValueException {
    String text = value instanceof String string ? string : converter.toText(value);
    if (text.length() > maxCharacters && text.codePointCount(0, text.length()) > maxCharacters) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has "
              + text.codePointCount(0, text.length())
              + " characters, the column holds "
              + maxCharacters);
    }
    int length = encode(text);
    if (length > TypeDescription.MAX_FIELD_BYTES) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has " + length + " bytes, a field holds " + TypeDescription.MAX_FIELD_BYTES);
    }
    count.bytes += length;
    vector.setSafe(row, bytes, 0, length);
  }

  /** Fills {@link #bytes} and returns the length. */
  private int encode(String text) throws ValueException {
    int length = text.length();
    if (bytes.length < 3L * length) {
      // A char becomes three bytes at most; a surrogate pair, two chars, becomes four.
      bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8L, Math.max(3L * length, 512))];
    }
    byte[] target = bytes;
    int size = 0;
    while (size < length) {
      char c = text.charAt(size);
      if (c >= 0x80) {
        return encodeFrom(text, size);
      }
      target[size++] = (byte) c;
    }
    return size;
  }

  private int encodeFrom(String text, int start) throws ValueException {
    byte[] target = bytes;
    int size = start;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[size++] = (byte) c;
      } else if (c < 0x800) {
        target[size++] = (byte) (0xc0 | c >> 6);
        target[size++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        target[size++] = (byte) (0xe0 | c >> 12);
        target[size++] = (byte) (0x80 | c >> 6 & 0x3f);
        target[size++] = (byte) (0x80 | c & 0x3f);
      } else {
        int point = text.codePointAt(i);
        if (point < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
          throw new ValueException(
              ValueException.MALFORMED_CHARACTERS,
              "half of a surrogate pair stands alone at character " + i);
        }
        i++;
        target[size++] = (byte) (0xf0 | point >> 18);
        target[size++] = (byte) (0x80 | point >> 12 & 0x3f);
        target[size++] = (byte) (0x80 | point >> 6 & 0x3f);
        target[size++] = (byte) (0x80 | point & 0x3f);
      }
    }
    return size;
  }
}
