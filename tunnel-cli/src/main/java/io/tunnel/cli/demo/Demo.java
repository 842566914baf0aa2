package io.tunnel.cli.demo;

import io.tunnel.cli.file.CsvOptions;
import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.ResultFormat;
import io.tunnel.cli.output.Screen;
import io.tunnel.cli.upload.FileUpload;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The demo from its first line to its last. One run. */
public final class Demo {
  private static final String PROJECT = "demo";

  private final Path data;
  private final Narrator narrator;
  private boolean allEqual = true;

  /**
   * A demo.
   *
   * @param data the folder that holds the input
   */
  public Demo(Path data, Screen screen) {
    this.data = data;
    this.narrator = new Narrator(screen);
  }

  /**
   * Runs all steps in a folder for temporary files, which stays the caller's.
   *
   * @return whether every table equals its input
   */
  public boolean run(Path scratch) throws IOException, SQLException, InterruptedException {
    long start = System.nanoTime();
    narrator.title(
        "Tunnel: real data through the whole system",
        "Spark, JDBC batches and the command line write into a local tunnel server; JDBC reads.",
        "MB are those of the values themselves, not of the packed files.");
    narrator.step("A local server, in memory");
    narrator.code("tunnel serve --anonymous --memory --project " + PROJECT);
    long serverStart = System.nanoTime();
    LocalTunnelConfig config = LocalTunnelConfig.builder().project(PROJECT).anonymous(true).build();
    try (LocalTunnel server = LocalTunnel.start(config)) {
      Duration started = since(serverStart);
      String address = server.endpoint().getAuthority();
      narrator.passed("ready at http://" + address + " in " + Amounts.seconds(started));
      String url = "jdbc:tunnel://" + address + "/" + PROJECT;
      try (Connection connection = DriverManager.getConnection(url)) {
        try (SparkFlights spark = flights(server, connection, scratch)) {
          changesByKey(server, connection, spark);
        }
        birdStrikes(connection);
        cities(server, connection);
        queries(connection, url);
      }
    }
    end(since(start));
    return allEqual;
  }

  /** Leaves Spark running for the next step. */
  private SparkFlights flights(LocalTunnel server, Connection connection, Path scratch)
      throws IOException, SQLException {
    DemoTable table = DemoTable.FLIGHTS;
    Path file = data.resolve(table.file());
    narrator.step("US flights of 2001, written by Spark");
    narrator.code(SparkFlights.CODE);
    table.create(connection);
    Fingerprint input = table.ofInput(data);
    long sparkStart = System.nanoTime();
    SparkFlights spark = new SparkFlights(scratch, Files.size(file));
    try {
      narrator.say("Spark " + spark.version() + " is up in " + Amounts.seconds(since(sparkStart)));
      SparkFlights.Written written =
          spark.write(file, input, server.endpoint(), PROJECT, narrator.screen());
      check(table, input, connection, written.time(), written.tasks() + " tasks, one commit");
      return spark;
    } catch (SQLException | RuntimeException e) {
      spark.close();
      throw e;
    }
  }

  private void changesByKey(LocalTunnel server, Connection connection, SparkFlights spark)
      throws SQLException {
    DemoTable table = DemoTable.FLIGHTS_BY_ID;
    Path file = data.resolve(table.file());
    narrator.step("A million upserts and deletes by key, from Spark and JDBC");
    narrator.code(KeyedFlights.CODE);
    table.create(connection);
    Fingerprint model = table.ofInput(data);
    SparkFlights.Written upserted =
        spark.upsert(file, model, server.endpoint(), PROJECT, narrator.screen());
    narrator.say(
        "Spark upserted "
            + Amounts.rows(KeyedFlights.UPSERTED)
            + " in "
            + Amounts.seconds(upserted.time()));
    KeyedFlights.Changed changed = KeyedFlights.change(file, connection);
    narrator.say(
        "JDBC upserted "
            + Amounts.rows(changed.upserts())
            + " and deleted "
            + Amounts.rows(changed.deletes())
            + " in "
            + Amounts.seconds(changed.time())
            + ", one commit");
    SparkFlights.Written deleted =
        spark.delete(file, model, server.endpoint(), PROJECT, narrator.screen());
    narrator.say(
        "Spark deleted "
            + Amounts.rows(KeyedFlights.UPSERTED / 6)
            + " in "
            + Amounts.seconds(deleted.time()));
    Duration time = upserted.time().plus(changed.time()).plus(deleted.time());
    long changes = KeyedFlights.UPSERTED * 7L / 6 + changed.upserts() + changed.deletes();
    narrator.say(
        Amounts.rows(changes)
            + " changed by key in "
            + Amounts.seconds(time)
            + " = "
            + narrator.screen().bold(Amounts.rowRate(changes, time)));
    compare(table, model, connection, "what DuckDB makes of the same changes to");
  }

  private void birdStrikes(Connection connection) throws IOException, SQLException {
    DemoTable table = DemoTable.BIRD_STRIKES;
    narrator.step("Bird strikes, added by executeBatch()");
    narrator.code(BatchedBirdStrikes.CODE);
    table.create(connection);
    BatchedBirdStrikes.Written written =
        BatchedBirdStrikes.write(data.resolve(table.file()), connection);
    check(
        table,
        table.ofInput(data),
        connection,
        written.time(),
        written.batches() + " batches, one commit");
  }

  private void cities(LocalTunnel server, Connection connection)
      throws IOException, SQLException, InterruptedException {
    DemoTable table = DemoTable.CITIES;
    narrator.step("Cities of the world (GeoNames, CC BY 4.0), added by tunnel upload");
    narrator.code("tunnel upload cities.csv.gz cities --null '' --url ...");
    table.create(connection);
    FileUpload upload =
        new FileUpload(
            new TableName(PROJECT, null, table.name()),
            UploadOptions.append(),
            List.of(data.resolve(table.file())),
            CsvOptions.defaults().withNullText(""),
            2);
    TunnelConfig config =
        TunnelConfig.fromOptions(
            Map.of("endpoint", server.endpoint().toString(), "project", PROJECT), Set.of());
    FileUpload.Result result;
    try (TunnelClient client = TunnelClient.open(config)) {
      result = upload.run(client, narrator.screen());
    }
    check(
        table,
        table.ofInput(data),
        connection,
        result.time(),
        result.blocks() + " blocks, one commit");
    String names =
        one(connection, "SELECT COUNT(*) FROM cities WHERE LENGTHB(name) > LENGTH(name)");
    String blanks = one(connection, "SELECT COUNT(*) FROM cities WHERE region IS NULL");
    narrator.say(names + " names outside ASCII, " + blanks + " blank regions as NULL");
  }

  /** Compares the table, read back through JDBC, with the file, read by DuckDB. */
  private void check(
      DemoTable table, Fingerprint input, Connection connection, Duration written, String how)
      throws SQLException {
    narrator.measured("written", input, written, how);
    compare(table, input, connection, "those of");
  }

  private void compare(DemoTable table, Fingerprint input, Connection connection, String with)
      throws SQLException {
    long start = System.nanoTime();
    Fingerprint stored = table.ofTable(connection);
    narrator.measured("read back", stored, since(start), "SELECT * through JDBC");
    if (stored.equals(input)) {
      narrator.passed(
          "count and checksum equal "
              + with
              + " "
              + table.file()
              + ": "
              + Amounts.rows(input.rows())
              + ", "
              + input.digits());
    } else {
      allEqual = false;
      narrator.failed(
          "expected were "
              + Amounts.rows(input.rows())
              + " with the checksum "
              + input.digits()
              + ", the table "
              + Amounts.rows(stored.rows())
              + " with "
              + stored.digits());
    }
  }

  private void queries(Connection connection, String url) throws SQLException, IOException {
    narrator.step("Five questions, asked through JDBC");
    narrator.code("DriverManager.getConnection(\"" + url + "\")");
    for (DemoQuery query : DemoQuery.ALL) {
      narrator.screen().out().println();
      narrator.say(narrator.screen().bold(query.question()));
      narrator.say(narrator.screen().dim("(" + query.teaches() + ")"));
      narrator.code(query.sql());
      narrator.screen().out().println();
      long start = System.nanoTime();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query.sql())) {
        long count = ResultFormat.TABLE.print(rows, narrator.screen(), Narrator.INDENT);
        narrator.say(
            narrator.screen().dim(Amounts.rows(count) + " in " + Amounts.seconds(since(start))));
      }
    }
  }

  private void end(Duration time) {
    narrator.screen().out().println();
    if (allEqual) {
      narrator.passed(
          "All four tables are what their files say. The whole demo took "
              + Amounts.seconds(time)
              + "; its server and its tables are gone.");
    } else {
      narrator.failed("A table differs from its file; see above.");
    }
    narrator.title(
        "Try next",
        "  ./tunnel serve --anonymous --port 8080 --data ./tables    a server that keeps its tables",
        "  ./tunnel sql http://127.0.0.1:8080                        a prompt on it",
        "  ./tunnel upload --help                                    your own files",
        "  docs/getting-started.md, docs/jdbc.md, docs/spark.md      from your own program");
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.format(Locale.ROOT, "%,d", rows.getLong(1));
    }
  }
}
