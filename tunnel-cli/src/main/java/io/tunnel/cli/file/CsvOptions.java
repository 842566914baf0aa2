package io.tunnel.cli.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How CSV files are written.
 *
 * @param delimiter between fields
 * @param quote around fields
 * @param header whether the first record names the columns
 * @param columns the names of the fields, in place of the header's; empty: the header's, or without
 *     a header all columns of the table in its order
 * @param nullText the unquoted text that means NULL in every column, text columns too; null: none.
 *     A blank field of a column that is not text is NULL in any case
 * @param zone the zone of dates with time that name none
 * @param charset the encoding
 */
public record CsvOptions(
    char delimiter,
    char quote,
    boolean header,
    List<String> columns,
    @Nullable String nullText,
    ZoneId zone,
    Charset charset) {
  /** Copies the list. */
  public CsvOptions {
    columns = List.copyOf(columns);
  }

  /** Comma, double quote, with header, no text for NULL, UTC, UTF-8. */
  public static CsvOptions defaults() {
    return new CsvOptions(
        ',', '"', true, List.of(), null, ZoneId.of("UTC"), StandardCharsets.UTF_8);
  }

  /** The same with this text for NULL. */
  public CsvOptions withNullText(String text) {
    return new CsvOptions(delimiter, quote, header, columns, text, zone, charset);
  }

  /** The same with these columns. */
  public CsvOptions withColumns(List<String> names) {
    return new CsvOptions(delimiter, quote, header, names, nullText, zone, charset);
  }

  /** The same, with or without header. */
  public CsvOptions withHeader(boolean present) {
    return new CsvOptions(delimiter, quote, present, columns, nullText, zone, charset);
  }
}
