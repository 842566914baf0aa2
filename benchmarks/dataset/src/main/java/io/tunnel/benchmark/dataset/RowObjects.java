package io.tunnel.benchmark.dataset;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/**
 * The Java objects that an application would hold for the rows of a dataset, made before the
 * measuring begins.
 */
public final class RowObjects {
  /**
   * So many rows are bound over and over where objects are passed to a client. An application
   * passes values that it has just made, which are warm in the processor's cache; objects of two
   * million rows made beforehand would be cold, and waiting for memory would hide what the client
   * costs. Always a power of two.
   */
  public static final int WARM_ROWS = 2048;

  private final Object[][] columns;

  private RowObjects(Object[][] columns) {
    this.columns = columns;
  }

  /** The objects of the first {@link #WARM_ROWS} rows; the array of a column repeats with them. */
  public static RowObjects warm(Dataset data) {
    return of(data, WARM_ROWS);
  }

  /**
   * Makes the objects of the first rows: {@link BigDecimal} for DECIMAL, {@link java.sql.Date} for
   * DATE, {@link java.sql.Timestamp} for DATETIME, {@link String} for STRING. Columns that setters
   * take as primitive values have none. Equal values share an object. If the dataset has fewer rows
   * they are repeated.
   */
  public static RowObjects of(Dataset data, int rows) {
    Object[][] columns = new Object[data.columns().size()][];
    for (int i = 0; i < columns.length; i++) {
      Dataset.Column column = data.columns().get(i);
      if (column.values() instanceof Values.Texts texts) {
        Map<String, String> shared = new HashMap<>();
        columns[i] = new Object[rows];
        for (int row = 0; row < rows; row++) {
          columns[i][row] = share(shared, texts.text(row % texts.rows()));
        }
      } else if (column.values() instanceof Values.Ints ints && column.type().equals("DATE")) {
        Map<Integer, java.sql.Date> shared = new HashMap<>();
        columns[i] = new Object[rows];
        for (int row = 0; row < rows; row++) {
          columns[i][row] =
              shared.computeIfAbsent(
                  ints.values()[row % ints.rows()],
                  day -> java.sql.Date.valueOf(LocalDate.ofEpochDay(day)));
        }
      } else if (column.values() instanceof Values.Longs longs && !column.type().equals("BIGINT")) {
        columns[i] = longObjects(column.type(), longs.values(), rows);
      } else {
        columns[i] = new Object[0];
      }
    }
    return new RowObjects(columns);
  }

  private static Object[] longObjects(String type, long[] values, int rows) {
    Map<Long, Object> shared = new HashMap<>();
    Object[] objects = new Object[rows];
    for (int row = 0; row < rows; row++) {
      objects[row] =
          type.equals("DATETIME")
              ? shared.computeIfAbsent(
                  values[row % values.length],
                  time -> java.sql.Timestamp.from(Instant.ofEpochMilli(time)))
              : shared.computeIfAbsent(
                  values[row % values.length],
                  unscaled -> BigDecimal.valueOf(unscaled, scale(type)));
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

  /** All objects of a column; not a copy. */
  public Object[] column(int column) {
    return columns[column];
  }
}
