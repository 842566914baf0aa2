package io.tunnel.jdbc.metadata;

import io.tunnel.jdbc.result.HeapCursor;
import io.tunnel.jdbc.result.TunnelResultSet;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a metadata result with columns as JDBC names them. */
final class MetaDataRows {
  private final List<Column> columns = new ArrayList<>();
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  /**
   * Names the columns.
   *
   * @param specification names separated by blanks; {@code NAME:int}, {@code :smallint}, {@code
   *     :bigint} or {@code :boolean} for those that are not text
   */
  MetaDataRows(String specification) {
    for (String column : specification.split(" ")) {
      int colon = column.indexOf(':');
      columns.add(
          colon < 0
              ? Column.of(column, "string")
              : Column.of(column.substring(0, colon), column.substring(colon + 1)));
    }
  }

  /** Adds a row, one value for each column. */
  void add(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values for " + columns.size());
    }
    rows.add(values);
  }

  ResultSet toResultSet(ValueConverter converter) {
    return new TunnelResultSet(new HeapCursor(columns, rows, converter));
  }
}
