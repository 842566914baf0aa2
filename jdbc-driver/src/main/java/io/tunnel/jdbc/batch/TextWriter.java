package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Writes STRING, JSON, CHAR and VARCHAR as UTF-8. */
final class TextWriter extends VariableWidthWriter {
  private final int maxCharacters;

  /**
   * Creates a writer.
   *
   * @param maxCharacters characters (code points) at most
   */
  TextWriter(
      Column column,
      ValueConverter converter,
      BufferAllocator allocator,
      int maxCharacters,
      ByteCount count) {
    super(column, converter, allocator, count);
    this.maxCharacters = maxCharacters;
  }

  @Override
  void write(int index, Cells cells, int cell) throws ValueException {
    Object value = cells.objectValue(cell);
    if (value != null) {
      putObject(index, value);
    } else {
      super.write(index, cells, cell);
    }
  }

  @Override
  void putObject(int index, Object value) throws ValueException {
    String text = value instanceof String string ? string : converter.toText(value);
    int length = text.length();
    if (length > maxCharacters) {
      checkCharacters(text);
    }
    int start = start(index);
    long address = room(start, length);
    int all = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      all |= c;
      MemoryUtil.putByte(address + i, (byte) c);
    }
    // Most texts are ASCII, where a character is its byte; others are written over it.
    putEnd(index, start, all < 0x80 ? length : putUtf8(start, text));
  }

  private void checkCharacters(String text) throws ValueException {
    int characters = text.codePointCount(0, text.length());
    if (characters > maxCharacters) {
      throw new ValueException(
          ValueException.TOO_LONG,
          "it has " + characters + " characters, the column holds " + maxCharacters);
    }
  }

  private int putUtf8(int start, String text) throws ValueException {
    int length = utf8Length(text);
    long address = room(start, length);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        MemoryUtil.putByte(address++, (byte) c);
      } else if (c < 0x800) {
        MemoryUtil.putByte(address, (byte) (0xc0 | c >> 6));
        MemoryUtil.putByte(address + 1, (byte) (0x80 | c & 0x3f));
        address += 2;
      } else if (!Character.isSurrogate(c)) {
        MemoryUtil.putByte(address, (byte) (0xe0 | c >> 12));
        MemoryUtil.putByte(address + 1, (byte) (0x80 | c >> 6 & 0x3f));
        MemoryUtil.putByte(address + 2, (byte) (0x80 | c & 0x3f));
        address += 3;
      } else {
        int point = Character.toCodePoint(c, text.charAt(++i));
        MemoryUtil.putByte(address, (byte) (0xf0 | point >> 18));
        MemoryUtil.putByte(address + 1, (byte) (0x80 | point >> 12 & 0x3f));
        MemoryUtil.putByte(address + 2, (byte) (0x80 | point >> 6 & 0x3f));
        MemoryUtil.putByte(address + 3, (byte) (0x80 | point & 0x3f));
        address += 4;
      }
    }
    return length;
  }

  /** The bytes of the text in UTF-8; at most {@code Integer.MAX_VALUE}, which no field holds. */
  private static int utf8Length(String text) throws ValueException {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x800) {
        if (Character.isSurrogate(c)) {
          if (text.codePointAt(i) < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            throw new ValueException(
                ValueException.MALFORMED_CHARACTERS,
                "half of a surrogate pair stands alone at character " + i);
          }
          i++;
        }
        // Two more than a byte for each char; for a pair, that is two chars, two more in all.
        bytes += 2;
      } else if (c >= 0x80) {
        bytes++;
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
