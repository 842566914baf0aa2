package io.tunnel.benchmark.dataset;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/**
 * The Java objects that an application would hold for the columns of a dataset, made before the
 * measuring begins. Equal values share an object, so that two million rows fit into a small heap.
 */
public final class RowObjects {
  private final Object[][] columns;

  private RowObjects(Object[][] columns) {
    this.columns = columns;
  }

  /**
   * Makes the objects: {@link BigDecimal} for DECIMAL, {@link java.sql.Date} for DATE, {@link
   * java.sql.Timestamp} for DATETIME, {@link String} for STRING. Columns that setters take as
   * primitive values have none.
   */
  public static RowObjects of(Dataset data) {
    Object[][] columns = new Object[data.columns().size()][];
    for (int i = 0; i < columns.length; i++) {
      Dataset.Column column = data.columns().get(i);
      if (column.values() instanceof Values.Texts texts) {
        Map<String, String> shared = new HashMap<>();
        columns[i] = new Object[texts.rows()];
        for (int row = 0; row < texts.rows(); row++) {
          columns[i][row] = share(shared, texts.text(row));
        }
      } else if (column.values() instanceof Values.Ints ints && column.type().equals("DATE")) {
        Map<Integer, java.sql.Date> shared = new HashMap<>();
        columns[i] = new Object[ints.rows()];
        for (int row = 0; row < ints.rows(); row++) {
          columns[i][row] =
              shared.computeIfAbsent(
                  ints.values()[row], day -> java.sql.Date.valueOf(LocalDate.ofEpochDay(day)));
        }
      } else if (column.values() instanceof Values.Longs longs && !column.type().equals("BIGINT")) {
        columns[i] = longObjects(column.type(), longs.values());
      } else {
        columns[i] = new Object[0];
      }
    }
    return new RowObjects(columns);
  }

  private static Object[] longObjects(String type, long[] values) {
    Map<Long, Object> shared = new HashMap<>();
    Object[] objects = new Object[values.length];
    for (int row = 0; row < values.length; row++) {
      objects[row] =
          type.equals("DATETIME")
              ? shared.computeIfAbsent(
                  values[row], time -> java.sql.Timestamp.from(Instant.ofEpochMilli(time)))
              : shared.computeIfAbsent(
                  values[row], unscaled -> BigDecimal.valueOf(unscaled, scale(type)));
    }
    return objects;
  }

  private static String share(Map<String, String> shared, String value) {
    String first = shared.putIfAbsent(value, value);
    return first == null ? value : first;
  }

  /** The scale of DECIMAL(p,s). */
  public static int scale(String type) {
    return Integer.parseInt(type.substring(type.indexOf(',') + 1, type.indexOf(')')).strip());
  }

  /** The object of a column and row. */
  public Object get(int column, int row) {
    return columns[column][row];
  }
}
