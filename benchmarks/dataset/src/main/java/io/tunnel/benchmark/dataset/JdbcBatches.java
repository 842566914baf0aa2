package io.tunnel.benchmark.dataset;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code executeBatch()} with any driver: the same calls of JDBC for all of them. */
public final class JdbcBatches implements Participant {
  private static final int WARM = RowObjects.WARM_ROWS - 1;

  private final Connector connector;
  private final boolean commitsByClose;
  private @Nullable Dataset data;
  private Setter[] setters = new Setter[0];
  private @Nullable Connection connection;
  private String table = "";
  private int batchRows;

  /** Opens a connection. */
  @FunctionalInterface
  public interface Connector {
    /** A connection as the settings say. */
    Connection connect(Map<String, String> settings) throws Exception;
  }

  /**
   * A participant.
   *
   * @param connector opens the connection of all rounds
   * @param commitsByClose whether closing the statement is what commits; otherwise auto-commit is
   *     switched off and {@code commit()} is called once per round
   */
  public JdbcBatches(Connector connector, boolean commitsByClose) {
    this.connector = connector;
    this.commitsByClose = commitsByClose;
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) throws Exception {
    this.data = data;
    this.setters = setters(data);
    this.table = settings.getOrDefault("table", "");
    this.batchRows = Integer.parseInt(settings.getOrDefault("jdbcBatchRows", "20000"));
    this.connection = connector.connect(settings);
    if (!commitsByClose) {
      connection.setAutoCommit(false);
    }
  }

  @Override
  public long run() throws Exception {
    Dataset rows = data;
    Connection open = connection;
    if (rows == null || open == null) {
      throw new IllegalStateException("Not prepared");
    }
    String sql = "INSERT INTO " + table + " VALUES (" + rows.placeholders() + ")";
    try (PreparedStatement statement = open.prepareStatement(sql)) {
      for (int row = 0; row < rows.rows(); row++) {
        for (Setter setter : setters) {
          setter.set(statement, row);
        }
        statement.addBatch();
        if ((row + 1) % batchRows == 0) {
          statement.executeBatch();
        }
      }
      if (rows.rows() % batchRows != 0) {
        statement.executeBatch();
      }
    }
    if (!commitsByClose) {
      open.commit();
    }
    return -1;
  }

  /** What sets one parameter; chosen once, so that the benchmark itself costs next to nothing. */
  @FunctionalInterface
  private interface Setter {
    void set(PreparedStatement statement, int row) throws SQLException;
  }

  private static Setter[] setters(Dataset data) {
    RowObjects objects = RowObjects.warm(data);
    Setter[] setters = new Setter[data.columns().size()];
    for (int i = 0; i < setters.length; i++) {
      setters[i] = setter(i + 1, data.columns().get(i), objects.column(i));
    }
    return setters;
  }

  private static Setter setter(int parameter, Dataset.Column column, Object[] objects) {
    if (column.type().equals("BIGINT")) {
      long[] values = ((Values.Longs) column.values()).values();
      return (statement, row) -> statement.setLong(parameter, values[row]);
    }
    if (column.type().equals("INT")) {
      int[] values = ((Values.Ints) column.values()).values();
      return (statement, row) -> statement.setInt(parameter, values[row]);
    }
    if (column.type().equals("STRING")) {
      return (statement, row) -> statement.setString(parameter, (String) objects[row & WARM]);
    }
    if (column.type().equals("DATE")) {
      return (statement, row) -> statement.setDate(parameter, (java.sql.Date) objects[row & WARM]);
    }
    if (column.type().equals("DATETIME")) {
      return (statement, row) ->
          statement.setTimestamp(parameter, (java.sql.Timestamp) objects[row & WARM]);
    }
    return (statement, row) -> statement.setBigDecimal(parameter, (BigDecimal) objects[row & WARM]);
  }
}
