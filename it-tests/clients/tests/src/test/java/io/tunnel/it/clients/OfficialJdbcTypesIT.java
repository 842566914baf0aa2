package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random types and values through the official JDBC driver 3.4.2, and the types it lacks. */
@Tag("client:official-jdbc")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialJdbcTypesIT {
  private static final int COLUMNS = 12;
  private static final int ROWS = 24;

  private LocalTunnel server;
  private DrivenProgram jdbc;
  private OurClient ours;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    jdbc = OfficialClients.jdbc(server.endpoint());
    ours = new OurClient(server.endpoint(), ContentCoding.NONE);
  }

  @AfterAll
  void stop() throws Exception {
    ours.close();
    jdbc.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("control-plane 7: random types three deep are read by its queries")
  @Tag("covers:values-jdbc/depth-3")
  void randomTypesThreeDeepAreReadByItsQueries(long seed) throws Exception {
    List<Samples> columns =
        RandomColumns.make(2000 + seed, RandomColumns.Kind.OFFICIAL_JDBC, COLUMNS, ROWS);
    String table = create("read_" + seed, columns);
    List<List<@Nullable Object>> rows = rows(columns);
    ours.upload(table, null, List.of(rows));
    assertThat(Rows.differences(columns, Rows.of(query("SELECT * FROM " + table)), rows)).isEmpty();
  }

  /** It binds no arrays, maps and structs. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("control-plane 7: random values are written by its batches")
  @Tag("covers:values-jdbc/written")
  void randomValuesAreWrittenByItsBatches(long seed) throws Exception {
    List<Samples> columns =
        RandomColumns.makeFlat(3000 + seed, RandomColumns.Kind.OFFICIAL_JDBC, COLUMNS, ROWS);
    String table = create("written_" + seed, columns);
    List<List<@Nullable Object>> rows = rows(columns);
    List<String> types = new ArrayList<>(List.of("BIGINT"));
    columns.forEach(column -> types.add(column.type()));
    jdbc.call(
        "batch",
        Map.of(
            "sql",
            "INSERT INTO "
                + table
                + " VALUES ("
                + String.join(", ", Collections.nCopies(types.size(), "?"))
                + ")",
            "types",
            types,
            "rows",
            rows));
    assertThat(Rows.differences(columns, Rows.ordered(ours.download(table, null)), rows)).isEmpty();
    assertThat(Rows.differences(columns, Rows.of(query("SELECT * FROM " + table)), rows)).isEmpty();
  }

  @Test
  @DisplayName("control-plane 7: types that are younger than the driver are read as text")
  @Tag("covers:values-jdbc/timestamp-ntz-and-json")
  void typesThatAreYoungerThanTheDriverAreReadAsText() throws Exception {
    ours.sql("CREATE TABLE young (id BIGINT, t TIMESTAMP_NTZ, j JSON)");
    ours.upload(
        "young", null, List.of(List.of(List.of("1", "2026-03-29T02:30:00.500", "{\"a\":[1]}"))));
    assertThatThrownBy(() -> query("SELECT t FROM young"))
        .hasMessageContaining("OdpsType.TIMESTAMP_NTZ");
    assertThatThrownBy(() -> query("SELECT j FROM young"))
        .hasMessageContaining("Unsupported type JSON");
    assertThat(query("SELECT CAST(t AS STRING), CAST(j AS STRING) FROM young"))
        .containsEntry("rows", List.of(List.of("2026-03-29 02:30:00.5", "{\"a\":[1]}")));
  }

  private String create(String table, List<Samples> columns) throws IOException {
    ours.sql("CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ")");
    return table;
  }

  private static List<List<@Nullable Object>> rows(List<Samples> columns) {
    return Rows.numbered(EveryType.rows(columns), 0);
  }

  private Map<String, Object> query(String sql) throws IOException {
    return jdbc.ask("query", Map.of("sql", sql));
  }
}
