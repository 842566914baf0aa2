package io.tunnel.cli.download;

import java.util.List;

/**
 * One JSON object to a line. Numbers are JSON numbers (NaN and the infinities, which JSON lacks,
 * are text), dates and times are text, binary values are hexadecimal text, nested values are arrays
 * and objects.
 */
final class JsonLinesFormat implements RowFormat {
  private String[] names = new String[0];

  @Override
  public void begin(List<String> columns, Utf8Buffer out) {
    names = columns.stream().map(name -> JsonText.quote(name) + ":").toArray(String[]::new);
  }

  @Override
  public void row(List<ColumnText> columns, int row, Utf8Buffer out) {
    for (int i = 0; i < names.length; i++) {
      out.append(i == 0 ? '{' : ',');
      out.append(names[i]);
      ColumnText column = columns.get(i);
      if (column.isNull(row)) {
        out.append("null");
      } else {
        column.json(row, out);
      }
    }
    out.append("}\n");
  }
}
