package io.tunnel.cli.download;

import java.util.List;

/** How rows stand in a file. */
interface RowFormat {
  /** What stands before the first row. */
  void begin(List<String> columns, Utf8Buffer out);

  /** One row, with its end. */
  void row(List<ColumnText> columns, int row, Utf8Buffer out);
}
