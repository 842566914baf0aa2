package io.tunnel.benchmark.dataset;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code executeBatch()} with any driver: the same calls of JDBC for all of them. */
public final class JdbcBatches implements Participant {
  private final Connector connector;
  private final boolean commitsByClose;
  private @Nullable Dataset data;
  private @Nullable RowObjects objects;
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
    this.objects = RowObjects.of(data);
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
    RowObjects values = objects;
    Connection open = connection;
    if (rows == null || values == null || open == null) {
      throw new IllegalStateException("Not prepared");
    }
    String sql = "INSERT INTO " + table + " VALUES (" + rows.placeholders() + ")";
    try (PreparedStatement statement = open.prepareStatement(sql)) {
      for (int row = 0; row < rows.rows(); row++) {
        set(statement, rows.columns(), values, row);
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

  private static void set(
      PreparedStatement statement, List<Dataset.Column> columns, RowObjects objects, int row)
      throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      Dataset.Column column = columns.get(i);
      if (column.type().equals("BIGINT")) {
        statement.setLong(i + 1, ((Values.Longs) column.values()).values()[row]);
      } else if (column.type().equals("INT")) {
        statement.setInt(i + 1, ((Values.Ints) column.values()).values()[row]);
      } else if (column.type().equals("STRING")) {
        statement.setString(i + 1, (String) objects.get(i, row));
      } else if (column.type().equals("DATE")) {
        statement.setDate(i + 1, (java.sql.Date) objects.get(i, row));
      } else if (column.type().equals("DATETIME")) {
        statement.setTimestamp(i + 1, (java.sql.Timestamp) objects.get(i, row));
      } else {
        statement.setBigDecimal(i + 1, (BigDecimal) objects.get(i, row));
      }
    }
  }
}
