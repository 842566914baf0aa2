package io.tunnel.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.cli.RunningCommand;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo without Spark, whose step the full demo and the Spark tests run. */
class DemoStepsIT {
  private static final Path DATA = Path.of("data").toAbsolutePath();

  private static LocalTunnel server;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    server = LocalTunnel.start(LocalTunnelConfig.builder().project("demo").anonymous(true).build());
    connection =
        DriverManager.getConnection("jdbc:tunnel://" + server.endpoint().getAuthority() + "/demo");
    DemoTable.FLIGHTS.create(connection);
    DemoTable.BIRD_STRIKES.create(connection);
    DemoTable.CITIES.create(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flights VALUES (TIMESTAMP_NTZ'2001-01-01 00:01:00', 5, 595, 'ATL', 'MIA')");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  void batchedBirdStrikesEqualTheirFile() throws Exception {
    BatchedBirdStrikes.Written written =
        BatchedBirdStrikes.write(DATA.resolve(DemoTable.BIRD_STRIKES.file()), connection);
    assertThat(written.rows()).isEqualTo(10_000);
    assertThat(DemoTable.BIRD_STRIKES.ofTable(connection))
        .isEqualTo(DemoTable.BIRD_STRIKES.ofInput(DATA));
  }

  @Test
  void changesByKeyGiveWhatDuckDbMakesOfThem() throws Exception {
    DemoTable.FLIGHTS_BY_ID.create(connection);
    Path file = DATA.resolve(DemoTable.FLIGHTS_BY_ID.file());
    upsertAll(file);
    KeyedFlights.Changed changed = KeyedFlights.change(file, connection);
    assertThat(changed.upserts()).isEqualTo(200_000);
    assertThat(changed.deletes()).isEqualTo(100_000);
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM flights_by_id WHERE id % 6 = 2"))
          .isEqualTo(100_000);
    }
    assertThat(DemoTable.FLIGHTS_BY_ID.ofTable(connection))
        .isEqualTo(DemoTable.FLIGHTS_BY_ID.ofInput(DATA));
  }

  /** What the full demo does with Spark. */
  private static void upsertAll(Path file) throws SQLException {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet flights =
            statement.executeQuery(
                "SELECT file_row_number, date, delay, distance, origin, destination"
                    + " FROM read_parquet('"
                    + file
                    + "', file_row_number = true) WHERE file_row_number < "
                    + KeyedFlights.UPSERTED);
        PreparedStatement upsert =
            connection.prepareStatement("UPSERT INTO flights_by_id VALUES (?, ?, ?, ?, ?, ?)")) {
      while (flights.next()) {
        KeyedFlights.set(upsert, flights, 0);
        upsert.addBatch();
      }
      assertThat(upsert.executeBatch()).hasSize(KeyedFlights.UPSERTED);
    }
  }

  @Test
  void uploadedCitiesEqualTheirFile() throws Exception {
    RunningCommand run =
        RunningCommand.of(
            "upload",
            DATA.resolve(DemoTable.CITIES.file()).toString(),
            "cities",
            "--null",
            "",
            "--url",
            "http://" + server.endpoint().getAuthority() + "?project=demo");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(DemoTable.CITIES.ofTable(connection)).isEqualTo(DemoTable.CITIES.ofInput(DATA));
  }

  static Iterable<DemoQuery> queries() {
    return DemoQuery.ALL;
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyQueryIsUnderstood(DemoQuery query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query.sql())) {
      assertThat(rows.getMetaData().getColumnCount()).isPositive();
    }
  }
}
