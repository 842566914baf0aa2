package io.tunnel.benchmark.official;

import com.aliyun.odps.data.ArrayRecord;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.RowObjects;
import io.tunnel.benchmark.dataset.Values;
import java.math.BigDecimal;
import java.time.LocalDate;

/** What sets one value; chosen once, so that the benchmark itself costs next to nothing. */
@FunctionalInterface
interface RowSetter {
  /** Sets the value of a row. */
  void set(ArrayRecord record, int row);

  /** One setter for each column. */
  static RowSetter[] of(Dataset data) {
    RowObjects objects = RowObjects.warm(data);
    RowSetter[] setters = new RowSetter[data.columns().size()];
    for (int i = 0; i < setters.length; i++) {
      setters[i] = of(i, data.columns().get(i), objects.column(i));
    }
    return setters;
  }

  private static RowSetter of(int i, Dataset.Column column, Object[] objects) {
    int warm = RowObjects.WARM_ROWS - 1;
    if (column.type().equals("BIGINT")) {
      long[] values = ((Values.Longs) column.values()).values();
      return (record, row) -> record.setBigint(i, values[row]);
    }
    if (column.type().equals("INT")) {
      int[] values = ((Values.Ints) column.values()).values();
      return (record, row) -> record.setInt(i, values[row]);
    }
    if (column.type().equals("STRING")) {
      return (record, row) -> record.setString(i, (String) objects[row & warm]);
    }
    if (column.type().equals("DATE")) {
      // The SDK's own class for DATE; java.sql.Date would be converted with a calendar on the way.
      LocalDate[] dates = new LocalDate[objects.length];
      for (int row = 0; row < dates.length; row++) {
        dates[row] = ((java.sql.Date) objects[row]).toLocalDate();
      }
      return (record, row) -> record.setDateAsLocalDate(i, dates[row & warm]);
    }
    if (column.type().equals("DATETIME")) {
      return (record, row) -> record.setDatetime(i, (java.sql.Timestamp) objects[row & warm]);
    }
    return (record, row) -> record.setDecimal(i, (BigDecimal) objects[row & warm]);
  }
}
