package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Values;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;

/** The flights that the project keeps for its demo, repeated until there are enough rows. */
final class Flights {
  private Flights() {}

  /** Reads the file and repeats it. */
  static Dataset load(Path parquet, int rows) throws SQLException {
    long[] dates = new long[rows];
    int[] delays = new int[rows];
    int[] distances = new int[rows];
    TextColumn origins = new TextColumn(rows);
    TextColumn destinations = new TextColumn(rows);
    String query =
        "SELECT date::TIMESTAMP, delay::INTEGER, distance::INTEGER, origin, destination FROM '"
            + parquet
            + "' WHERE date IS NOT NULL AND delay IS NOT NULL AND distance IS NOT NULL";
    int row = 0;
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      while (row < rows) {
        try (ResultSet flights = statement.executeQuery(query)) {
          while (row < rows && flights.next()) {
            dates[row] =
                flights
                    .getObject(1, java.time.LocalDateTime.class)
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
            delays[row] = flights.getInt(2);
            distances[row] = flights.getInt(3);
            origins.add(flights.getString(4));
            destinations.add(flights.getString(5));
            row++;
          }
        }
        if (row == 0) {
          throw new IllegalStateException(parquet + " has no rows");
        }
      }
    }
    return new Dataset(
        "flights",
        List.of(
            new Dataset.Column("date", "DATETIME", new Values.Longs(dates)),
            new Dataset.Column("delay", "INT", new Values.Ints(delays)),
            new Dataset.Column("distance", "INT", new Values.Ints(distances)),
            origins.column("origin"),
            destinations.column("destination")));
  }
}
