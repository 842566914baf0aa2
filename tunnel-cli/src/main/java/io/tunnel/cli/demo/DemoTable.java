package io.tunnel.cli.demo;

import io.tunnel.cli.demo.Fingerprint.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A table of the demo: where its rows come from, how it is made, and what must be found in it.
 *
 * @param name the table
 * @param file the input's name in the data folder
 * @param createSql the statement that makes the table
 * @param inputSql how DuckDB, which reads the file by itself, sees it; {@code FILE} stands for its
 *     path. It shares no code with the ways into the server
 * @param kinds of the columns
 */
record DemoTable(String name, String file, String createSql, String inputSql, List<Kind> kinds) {
  static final DemoTable FLIGHTS =
      new DemoTable(
          "flights",
          "flights.parquet",
          """
          CREATE TABLE flights (
            departure   TIMESTAMP_NTZ,
            delay       INT COMMENT 'minutes',
            distance    INT COMMENT 'miles',
            origin      STRING,
            destination STRING)
          """,
          "SELECT date, delay, distance, origin, destination FROM read_parquet(FILE)",
          List.of(Kind.WALL_CLOCK, Kind.INT, Kind.INT, Kind.TEXT, Kind.TEXT));

  /** What the steps of {@link KeyedFlights} and {@link SparkFlights} leave, told by DuckDB. */
  static final DemoTable FLIGHTS_BY_ID =
      new DemoTable(
          "flights_by_id",
          "flights.parquet",
          """
          CREATE TABLE flights_by_id (
            id          BIGINT NOT NULL,
            departure   TIMESTAMP_NTZ,
            delay       INT,
            distance    INT,
            origin      STRING,
            destination STRING,
            PRIMARY KEY (id))
          TBLPROPERTIES ("transactional" = "true", "write.bucket.num" = "16")
          """,
          """
          SELECT file_row_number, date,
            CASE WHEN file_row_number % 3 = 0 THEN delay + MINUTES ELSE delay END,
            distance, origin, destination
          FROM read_parquet(FILE, file_row_number = true)
          WHERE file_row_number < UPSERTED AND file_row_number % 6 NOT IN (1, 2)
          """
              .replace("MINUTES", Integer.toString(KeyedFlights.MINUTES_MORE))
              .replace("UPSERTED", Integer.toString(KeyedFlights.UPSERTED)),
          List.of(Kind.LONG, Kind.WALL_CLOCK, Kind.INT, Kind.INT, Kind.TEXT, Kind.TEXT));

  static final DemoTable BIRD_STRIKES =
      new DemoTable(
          "bird_strikes",
          "birdstrikes.csv",
          """
          CREATE TABLE bird_strikes (
            airport     STRING,
            aircraft    STRING,
            damage      STRING,
            flight_date DATE,
            operator    STRING,
            state       STRING,
            phase       STRING,
            wildlife    STRING,
            species     STRING,
            time_of_day STRING,
            cost_other  DECIMAL(12,2),
            cost_repair DECIMAL(12,2),
            cost_total  DECIMAL(12,2),
            knots       INT)
          """,
          """
          SELECT * FROM read_csv(FILE, header = true, auto_detect = false, delim = ',', quote = '"',
            columns = {'airport': 'VARCHAR', 'aircraft': 'VARCHAR', 'damage': 'VARCHAR',
              'flight_date': 'DATE', 'operator': 'VARCHAR', 'state': 'VARCHAR', 'phase': 'VARCHAR',
              'wildlife': 'VARCHAR', 'species': 'VARCHAR', 'time_of_day': 'VARCHAR',
              'cost_other': 'DECIMAL(12,2)', 'cost_repair': 'DECIMAL(12,2)',
              'cost_total': 'DECIMAL(12,2)', 'knots': 'INTEGER'})
          """,
          List.of(
              Kind.TEXT,
              Kind.TEXT,
              Kind.TEXT,
              Kind.DATE,
              Kind.TEXT,
              Kind.TEXT,
              Kind.TEXT,
              Kind.TEXT,
              Kind.TEXT,
              Kind.TEXT,
              Kind.DECIMAL,
              Kind.DECIMAL,
              Kind.DECIMAL,
              Kind.INT));

  static final DemoTable CITIES =
      new DemoTable(
          "cities",
          "cities.csv.gz",
          """
          CREATE TABLE cities (
            id      INT,
            name    STRING,
            country STRING,
            region  STRING,
            lat     DOUBLE,
            lng     DOUBLE)
          """,
          """
          SELECT * FROM read_csv(FILE, header = true, auto_detect = false, delim = ',', quote = '"',
            nullstr = '',
            columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'country': 'VARCHAR',
              'region': 'VARCHAR', 'lat': 'DOUBLE', 'lng': 'DOUBLE'})
          """,
          List.of(Kind.INT, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.DOUBLE, Kind.DOUBLE));

  /** What the file holds. */
  Fingerprint ofInput(Path folder) throws SQLException {
    String path = folder.resolve(file).toString().replace("'", "''");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(inputSql.replace("FILE", "'" + path + "'"))) {
      return Fingerprint.of(rows, kinds);
    }
  }

  /** What the table holds, read back through this connection. */
  Fingerprint ofTable(Connection tunnel) throws SQLException {
    try (Statement statement = tunnel.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + name)) {
      return Fingerprint.of(rows, kinds);
    }
  }

  void create(Connection tunnel) throws SQLException {
    try (Statement statement = tunnel.createStatement()) {
      statement.execute(createSql);
    }
  }
}
