package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.server.LocalTunnel;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TimeZone;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Times written in one zone and read in others, around the hours that do not exist or exist twice
 * there and the days on which calendars changed: an instant stays the instant, a wall clock the
 * wall clock. {@code docs/times.md} tells the same in words.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeZonesIT {
  private static final List<String> ZONES = List.of("UTC", "Asia/Shanghai", "America/Los_Angeles");

  private static final List<Samples> COLUMNS =
      List.of(
          samples(
              "dt",
              "DATETIME",
              "0001-01-01T00:00",
              "1582-10-04T23:59:59.999",
              "1582-10-10T12:00",
              "1900-01-01T00:00",
              "1927-12-31T23:54:08",
              "1940-06-01T16:30",
              "1969-12-31T23:59:59.999",
              "1970-01-01T00:00",
              "1986-05-03T18:30",
              "2026-03-08T02:30",
              "2026-03-08T10:30",
              "2026-11-01T08:30",
              "2026-11-01T09:30",
              "9999-12-31T23:59:59.999"),
          samples(
              "ts",
              "TIMESTAMP",
              "1677-09-22T00:00:00.000000001",
              "1883-11-18T20:00",
              "1927-12-31T23:54:08.123456789",
              "1969-12-31T23:59:59.999999999",
              "1970-01-01T00:00",
              "1986-05-03T18:30:00.000000001",
              "2026-03-08T10:30:00.5",
              "2026-11-01T08:30",
              "2026-11-01T09:30",
              "2262-04-10T23:59:59.999999999"),
          samples(
              "ntz",
              "TIMESTAMP_NTZ",
              "1677-09-22T00:00:00.000000001",
              "1928-01-01T00:00:01",
              "1970-01-01T00:00",
              "1986-05-04T02:30",
              "2026-03-08T02:30",
              "2026-11-01T01:30",
              "2262-04-10T23:59:59.999999999"),
          samples("d", "DATE", "0001-01-01", "1582-10-10", "1986-05-04", "2026-03-08"));

  private final Map<String, DrivenProgram> sdks = new HashMap<>();
  private final TimeZone before = TimeZone.getDefault();
  private LocalTunnel server;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    for (String zone : ZONES) {
      sdks.put(
          zone,
          OfficialClients.sdk(
              server.endpoint(), OfficialClients.ACCESS_ID, OfficialClients.SECRET, zone));
    }
  }

  @AfterAll
  void stop() throws Exception {
    TimeZone.setDefault(before);
    for (DrivenProgram sdk : sdks.values()) {
      sdk.close();
    }
    server.close();
  }

  private DrivenProgram sdk(String zone) {
    return Objects.requireNonNull(sdks.get(zone));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/Los_Angeles"})
  @DisplayName("regular-tunnel 5.2: what is written in one zone is the same in all")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/zones")
  @Tag("covers:values-arrow/zones")
  @Tag("covers:values-instance/zones")
  @Tag("covers:values-protobuf/datetimes")
  @Tag("covers:values-arrow/datetimes")
  @Tag("covers:values-protobuf/timestamps")
  @Tag("covers:values-arrow/timestamps")
  @Tag("covers:values-protobuf/dates")
  @Tag("covers:values-arrow/dates")
  @Tag("covers:request/no-date-transform")
  void whatIsWrittenInOneZoneIsTheSameInAll(String writersZone) throws Exception {
    String table = "times_" + ZONES.indexOf(writersZone);
    sdk("UTC")
        .call(
            "sql",
            Map.of(
                "statement",
                "CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(COLUMNS) + ");"));
    List<List<@Nullable Object>> expected = new ArrayList<>();
    TimeZone.setDefault(TimeZone.getTimeZone(writersZone));
    writeBySdk(sdk(writersZone), table, part(expected), part(expected));
    try (OurClient ours = new OurClient(server.endpoint(), ContentCoding.NONE)) {
      ours.upload(table, null, List.of(part(expected)));
    }
    writeByBatches(table, part(expected));

    Map<String, List<String>> differences = new TreeMap<>();
    for (String zone : ZONES) {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      readAll(zone, table)
          .forEach(
              (reader, rows) ->
                  differences.put(
                      reader + " in " + zone, Rows.differences(COLUMNS, rows, expected)));
    }
    assertThat(differences)
        .hasSize(ZONES.size() * 6)
        .allSatisfy((reader, found) -> assertThat(found).as(reader).isEmpty());
  }

  /** The rows of one writer, which are the next in the table. */
  private static List<List<@Nullable Object>> part(List<List<@Nullable Object>> all) {
    List<List<@Nullable Object>> part = Rows.numbered(EveryType.rows(COLUMNS), all.size());
    all.addAll(part);
    return part;
  }

  private static void writeBySdk(
      DrivenProgram sdk,
      String table,
      List<List<@Nullable Object>> records,
      List<List<@Nullable Object>> arrow)
      throws Exception {
    Map<String, Object> created = sdk.ask("createUpload", Map.of("table", table));
    assertThat(created.get("transforms")).as("the eight-hour trap").isEqualTo(false);
    String upload = String.valueOf(created.get("upload"));
    sdk.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", records));
    sdk.call("writeArrow", Map.of("upload", upload, "block", 1, "batches", List.of(arrow)));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0, 1)));
  }

  private void writeByBatches(String table, List<List<@Nullable Object>> rows) throws SQLException {
    List<MaxComputeType> types = types();
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?)")) {
      for (List<@Nullable Object> row : rows) {
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, JdbcValues.toJava(connection, row.get(i), types.get(i)));
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private Map<String, List<List<@Nullable Object>>> readAll(String zone, String table)
      throws Exception {
    Map<String, List<List<@Nullable Object>>> read = new TreeMap<>();
    String select = "SELECT * FROM " + table;
    DrivenProgram sdk = sdk(zone);
    read.put("official records", Rows.of(sdk.ask("readRecords", Map.of("table", table))));
    read.put("official Arrow", Rows.of(sdk.ask("readArrow", Map.of("table", table))));
    read.put(
        "official instance tunnel", Rows.of(sdk.ask("select", Map.of("statement", select + ";"))));
    try (OurClient ours = new OurClient(server.endpoint(), ContentCoding.NONE)) {
      read.put("our Arrow", Rows.ordered(ours.download(table, null)));
      read.put("our records", Rows.ordered(ours.downloadExtended(table)));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(select)) {
      while (result.next()) {
        rows.add(JdbcValues.row(result, types()));
      }
    }
    read.put("our JDBC driver", Rows.ordered(rows));
    return read;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/Los_Angeles"})
  void aTimestampOfJdbcIsTheInstantInEveryZone(String zone) throws Exception {
    String table = "stamps_" + ZONES.indexOf(zone);
    sdk("UTC").call("sql", Map.of("statement", "CREATE TABLE " + table + " (dt DATETIME);"));
    Instant gap = Instant.parse("2026-03-08T10:30:00.123Z");
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try (Connection connection = connect()) {
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
        insert.setTimestamp(1, Timestamp.from(gap));
        insert.addBatch();
        insert.executeBatch();
      }
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT dt FROM " + table)) {
        assertThat(result.next()).isTrue();
        assertThat(result.getTimestamp(1).toInstant()).isEqualTo(gap);
        // The zone of the connection, which is UTC, and not that of the JVM.
        assertThat(result.getString(1)).isEqualTo("2026-03-08 10:30:00.123");
        assertThat(result.getObject(1, LocalDateTime.class))
            .isEqualTo(LocalDateTime.ofInstant(gap, ZoneOffset.UTC));
      }
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("accessId", OfficialClients.ACCESS_ID);
    properties.setProperty("accessKey", OfficialClients.SECRET);
    return DriverManager.getConnection(
        "jdbc:tunnel:" + server.endpoint() + "?project=" + OfficialClients.PROJECT, properties);
  }

  private static List<MaxComputeType> types() {
    List<MaxComputeType> types = new ArrayList<>();
    types.add(MaxComputeType.parse("BIGINT"));
    COLUMNS.forEach(column -> types.add(MaxComputeType.parse(column.type())));
    return types;
  }

  private static Samples samples(String name, String type, String... times) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String time : times) {
      values.add(type.equals("DATE") ? time : LocalDateTime.parse(time).toString());
    }
    return new Samples(name, type, values);
  }
}
