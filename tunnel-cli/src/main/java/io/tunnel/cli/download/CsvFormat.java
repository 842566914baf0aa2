package io.tunnel.cli.download;

import io.tunnel.cli.file.CsvOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CSV that {@code tunnel upload} with the same options reads back to the same values: what is not
 * quoted and equals the text of NULL is NULL, and a value that would look like it is quoted.
 */
final class CsvFormat implements RowFormat {
  private final char delimiter;
  private final char quote;
  private final boolean header;
  private final byte[] nullText;

  CsvFormat(CsvOptions options) {
    delimiter = ascii("--delimiter", options.delimiter());
    quote = ascii("--quote", options.quote());
    header = options.header();
    nullText = bytes(options.nullText());
  }

  private static char ascii(String option, char character) {
    if (character > 0x7f) {
      throw new IllegalArgumentException(option + " must be an ASCII character");
    }
    return character;
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void begin(List<String> columns, Utf8Buffer out) {
    if (!header) {
      return;
    }
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        out.append(delimiter);
      }
      int start = out.length();
      out.append(columns.get(i));
      quoteIfNeeded(start, out);
    }
    out.append('\n');
  }

  @Override
  public void row(List<ColumnText> columns, int row, Utf8Buffer out) {
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        out.append(delimiter);
      }
      ColumnText column = columns.get(i);
      if (column.isNull(row)) {
        for (byte character : nullText) {
          out.append(character);
        }
      } else {
        int start = out.length();
        column.text(row, out);
        quoteIfNeeded(start, out);
      }
    }
    // RFC 4180 ends lines with CR LF, but every tool of a Unix shell wants LF, and readers take it.
    out.append('\n');
  }

  private void quoteIfNeeded(int start, Utf8Buffer out) {
    boolean needed = out.length() == start || equalsNull(start, out);
    int quotes = 0;
    for (int i = start; i < out.length(); i++) {
      byte character = out.at(i);
      if (character == quote) {
        quotes++;
      }
      needed |=
          character == delimiter || character == quote || character == '\n' || character == '\r';
    }
    if (!needed) {
      return;
    }
    if (quotes > 0) {
      for (int i = out.length() - 1; i >= start; i--) {
        if (out.at(i) == quote) {
          out.insert(i, quote);
        }
      }
    }
    out.insert(start, quote);
    out.append(quote);
  }

  private boolean equalsNull(int start, Utf8Buffer out) {
    if (out.length() - start != nullText.length) {
      return false;
    }
    for (int i = 0; i < nullText.length; i++) {
      if (out.at(start + i) != nullText[i]) {
        return false;
      }
    }
    return true;
  }
}
