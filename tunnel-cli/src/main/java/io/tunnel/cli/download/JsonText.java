package io.tunnel.cli.download;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;

/** Texts of JSON (RFC 8259, section 7), straight from UTF-8. */
final class JsonText {
  private static final String CONTROL = "\\u00";
  private static final String DIGITS = "0123456789abcdef";

  private JsonText() {}

  /** Appends bytes of UTF-8 as a text in quotes. */
  static void quote(ArrowBuf source, int start, int end, Utf8Buffer out) {
    out.append('"');
    for (int i = start; i < end; i++) {
      escape(source.getByte(i), out);
    }
    out.append('"');
  }

  /** The text in quotes. */
  static String quote(String text) {
    Utf8Buffer out = new Utf8Buffer();
    out.append('"');
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      escape(value, out);
    }
    out.append('"');
    return out.toString();
  }

  /** Bytes of a character beyond ASCII are negative and stay as they are. */
  private static void escape(byte value, Utf8Buffer out) {
    switch (value) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (value >= 0 && value < ' ') {
          out.append(CONTROL);
          out.append(DIGITS.charAt(value >> 4));
          out.append(DIGITS.charAt(value & 0xf));
        } else {
          out.append(value);
        }
      }
    }
  }
}
