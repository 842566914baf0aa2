package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.LocalTunnel;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * Times through the official JDBC driver in JVMs of several zones, with statements that run in
 * several zones: an instant stays the instant and a day the day. The values begin after October
 * 1582, since the driver gives java.sql dates, which count in the Julian calendar before.
 */
@Tag("client:official-jdbc")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialJdbcTimesIT {
  private static final List<String> ZONES = List.of("UTC", "Asia/Shanghai", "America/Los_Angeles");

  private static final List<Samples> COLUMNS =
      List.of(
          samples(
              "dt",
              "DATETIME",
              "1582-10-16T00:00",
              "1900-01-01T00:00",
              "1927-12-31T23:54:08",
              "1940-06-01T16:30",
              "1969-12-31T23:59:59.999",
              "1970-01-01T00:00",
              "1986-05-03T18:30",
              "2026-03-08T10:30",
              "2026-11-01T08:30",
              "2026-11-01T09:30",
              "9999-12-30T23:59:59.999"),
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
              "d", "DATE", "1582-10-16", "1900-02-28", "1986-05-04", "2026-03-08", "9999-12-31"));

  private final Map<String, DrivenProgram> drivers = new LinkedHashMap<>();
  private LocalTunnel server;
  private OurClient ours;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    ours = new OurClient(server.endpoint(), ContentCoding.NONE);
    for (String zone : ZONES) {
      drivers.put(zone, OfficialClients.jdbc(server.endpoint(), zone, Map.of()));
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (DrivenProgram driver : drivers.values()) {
      driver.close();
    }
    ours.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/Los_Angeles"})
  @DisplayName("regular-tunnel 5.2: what a JVM of one zone writes is the same in all")
  @Tag("covers:values-jdbc/times")
  @Tag("covers:values-jdbc/session-zones")
  void whatAJvmOfOneZoneWritesIsTheSameInAll(String writersZone) throws Exception {
    String table = "jdbc_times_" + ZONES.indexOf(writersZone);
    driver("UTC")
        .call(
            "execute",
            Map.of(
                "sql",
                "CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(COLUMNS) + ")"));
    List<List<@Nullable Object>> byBatch = Rows.numbered(EveryType.rows(COLUMNS), 0);
    List<List<@Nullable Object>> byTunnel = Rows.numbered(EveryType.rows(COLUMNS), byBatch.size());
    driver(writersZone)
        .call(
            "batch",
            Map.of(
                "sql",
                "INSERT INTO " + table + " VALUES (?, ?, ?, ?)",
                "types",
                List.of("BIGINT", "DATETIME", "TIMESTAMP", "DATE"),
                "rows",
                byBatch));
    ours.upload(table, null, List.of(byTunnel));
    List<List<@Nullable Object>> expected = new ArrayList<>(byBatch);
    expected.addAll(byTunnel);

    Map<String, List<String>> differences = new TreeMap<>();
    differences.put(
        "our download",
        Rows.differences(COLUMNS, Rows.ordered(ours.download(table, null)), expected));
    for (String zone : ZONES) {
      for (String session : ZONES) {
        Map<String, Object> answer =
            driver(zone)
                .ask(
                    "query",
                    Map.of("sql", "SET odps.sql.timezone=" + session + "; SELECT * FROM " + table));
        differences.put(
            "JVM in " + zone + ", statement in " + session,
            Rows.differences(COLUMNS, Rows.of(answer), expected));
      }
    }
    assertThat(differences)
        .hasSize(1 + ZONES.size() * ZONES.size())
        .allSatisfy((reader, found) -> assertThat(found).as(reader).isEmpty());
  }

  private DrivenProgram driver(String zone) {
    return Objects.requireNonNull(drivers.get(zone));
  }

  private static Samples samples(String name, String type, String... times) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String time : times) {
      values.add(type.equals("DATE") ? time : LocalDateTime.parse(time).toString());
    }
    return new Samples(name, type, values);
  }
}
