package io.tunnel.cli.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;

/**
 * Changes flights by their key with plain JDBC batches, as an application would: every third one
 * gets another delay, and one of six is deleted, all in one transaction.
 */
final class KeyedFlights {
  static final String CODE =
      """
      spark: flights.write().format("tunnel").option("writeMode", "upsert") ... .save()

      upsert = connection.prepareStatement("UPSERT INTO flights_by_id VALUES (?, ?, ?, ?, ?, ?)");
      delete = connection.prepareStatement("DELETE FROM flights_by_id WHERE id = ?");
      ... upsert.executeBatch(); delete.executeBatch(); connection.commit();

      spark: ids.write().format("tunnel").option("writeMode", "delete") ... .save()
      """;

  /** How many flights have a key. */
  static final int UPSERTED = 600_000;

  /** By how much later every third one is. */
  static final int MINUTES_MORE = 15;

  private static final int BATCH_ROWS = 20_000;

  /** What was done; how many rows the table's own counts tell. */
  record Changed(long upserts, long deletes, Duration time) {}

  private KeyedFlights() {}

  /** Makes the changes in one transaction. The connection is in auto-commit before and after. */
  static Changed change(Path parquet, Connection connection) throws SQLException {
    long start = System.nanoTime();
    long upserts = 0;
    long deletes = 0;
    connection.setAutoCommit(false);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet flights = statement.executeQuery(sql(parquet));
        PreparedStatement upsert =
            connection.prepareStatement("UPSERT INTO flights_by_id VALUES (?, ?, ?, ?, ?, ?)");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM flights_by_id WHERE id = ?")) {
      int pending = 0;
      while (flights.next()) {
        long id = flights.getLong(1);
        if (id % 3 == 0) {
          set(upsert, flights, MINUTES_MORE);
          upsert.addBatch();
        } else {
          delete.setLong(1, id);
          delete.addBatch();
        }
        if (++pending == BATCH_ROWS) {
          upserts += sum(upsert.executeBatch());
          deletes += sum(delete.executeBatch());
          pending = 0;
        }
      }
      upserts += sum(upsert.executeBatch());
      deletes += sum(delete.executeBatch());
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
    return new Changed(upserts, deletes, Duration.ofNanos(System.nanoTime() - start));
  }

  private static String sql(Path parquet) {
    return "SELECT file_row_number, date, delay, distance, origin, destination FROM read_parquet('"
        + parquet.toString().replace("'", "''")
        + "', file_row_number = true) WHERE file_row_number < "
        + UPSERTED
        + " AND (file_row_number % 3 = 0 OR file_row_number % 6 = 1)";
  }

  /** Sets the row of a flight, which has its number in front, with another delay. */
  static void set(PreparedStatement upsert, ResultSet flight, int minutesMore) throws SQLException {
    upsert.setLong(1, flight.getLong(1));
    upsert.setObject(2, flight.getObject(2, LocalDateTime.class));
    upsert.setInt(3, flight.getInt(3) + minutesMore);
    upsert.setInt(4, flight.getInt(4));
    upsert.setString(5, flight.getString(5));
    upsert.setString(6, flight.getString(6));
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }
}
