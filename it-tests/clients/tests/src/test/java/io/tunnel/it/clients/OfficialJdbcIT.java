package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.LocalTunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official JDBC driver 3.4.2 on its own SDK, unchanged, against the local server. */
@Tag("client:official-jdbc")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialJdbcIT {
  /** What the driver can bind in a batch. */
  private static final Set<String> BATCH_TYPES =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INT",
          "BIGINT",
          "FLOAT",
          "DOUBLE",
          "BOOLEAN",
          "STRING",
          "CHAR",
          "VARCHAR",
          "BINARY",
          "DECIMAL",
          "DATE",
          "DATETIME",
          "TIMESTAMP");

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

  @Test
  @DisplayName("control-plane 7: a select of constants is answered")
  @Tag("covers:jdbc/connect")
  @Tag("covers:jdbc/query")
  void aSelectOfConstantsIsAnswered() throws Exception {
    assertThat(query("SELECT 1 AS one, 'ü' AS text"))
        .containsEntry("rows", List.of(List.of("1", "ü")));
  }

  @Test
  @DisplayName(
      "control-plane 7: every type that it can bind is written by its batches and read by us")
  @Tag("covers:values-jdbc/written")
  @Tag("covers:jdbc/batch")
  void everyTypeThatItCanBindIsWrittenByItsBatchesAndReadByUs() throws Exception {
    List<Samples> columns = bindable();
    create("batch_types", columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<Integer> counts = batch("batch_types", columns, rows, 4);
    assertThat(counts).hasSize(rows.size()).containsOnly(1);
    assertThat(Rows.differences(columns, Rows.ordered(ours.download("batch_types", null)), rows))
        .isEmpty();
  }

  @Test
  @DisplayName("control-plane 7: every type written by us is read by its queries")
  @Tag("covers:values-jdbc/read")
  @Tag("covers:jdbc/query")
  void everyTypeWrittenByUsIsReadByItsQueries() throws Exception {
    List<Samples> columns = readable();
    create("query_types", columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    ours.upload("query_types", null, List.of(rows));
    assertThat(Rows.differences(columns, Rows.of(query("SELECT * FROM query_types")), rows))
        .isEmpty();
  }

  @Test
  @DisplayName("control-plane 7: DDL and update counts are answered")
  @Tag("covers:jdbc/update")
  void ddlAndUpdateCountsAreAnswered() throws Exception {
    jdbc.call("execute", Map.of("sql", "CREATE TABLE ddl_t (id BIGINT, name STRING)"));
    assertThat(
            jdbc.call(
                "update",
                Map.of("sql", "INSERT INTO ddl_t VALUES (1, 'a'), (2, NULL), (3, 'it\\'s')")))
        .isEqualTo(3);
    assertThat(query("SELECT * FROM ddl_t ORDER BY id LIMIT 10").get("rows"))
        .asInstanceOf(LIST)
        .hasToString("[[1, a], [2, null], [3, it's]]");
    jdbc.call("execute", Map.of("sql", "DROP TABLE ddl_t"));
    assertThatThrownBy(() -> query("SELECT * FROM ddl_t")).hasMessageContaining("ODPS-0130131");
  }

  @Test
  @DisplayName("control-plane 7: a prepared query finds its row")
  @Tag("covers:jdbc/prepared-query")
  void aPreparedQueryFindsItsRow() throws Exception {
    jdbc.call("execute", Map.of("sql", "CREATE TABLE prepared_t (id BIGINT, name STRING)"));
    jdbc.call("update", Map.of("sql", "INSERT INTO prepared_t VALUES (1, 'a'), (2, 'b')"));
    Map<String, Object> answer =
        jdbc.ask(
            "preparedQuery",
            Map.of(
                "sql", "SELECT name FROM prepared_t WHERE id = ? AND name = ?",
                "types", List.of("BIGINT", "STRING"),
                "values", List.of("2", "b")));
    assertThat(answer).containsEntry("rows", List.of(List.of("b")));
  }

  @Test
  @DisplayName("control-plane 7: a batch into a partition that does not exist makes it")
  @Tag("covers:jdbc/batch-partition")
  void aBatchIntoAPartitionThatDoesNotExistMakesIt() throws Exception {
    jdbc.call(
        "execute",
        Map.of("sql", "CREATE TABLE batch_p (id BIGINT, v STRING) PARTITIONED BY (ds STRING)"));
    List<List<@Nullable Object>> rows = List.of(List.of("1", "x"), List.of("2", "y"));
    jdbc.call(
        "batch",
        Map.of(
            "sql",
            "INSERT INTO batch_p PARTITION(ds='20260101') VALUES (?, ?)",
            "types",
            List.of("BIGINT", "STRING"),
            "rows",
            rows));
    assertThat(Rows.ordered(ours.download("batch_p", PartitionSpec.parse("ds=20260101"))))
        .isEqualTo(rows);
  }

  @Test
  @DisplayName("control-plane 7: a batch into a table with a primary key replaces rows of its keys")
  @Tag("covers:jdbc/batch-delta")
  void aBatchIntoATableWithAPrimaryKeyReplacesRowsOfItsKeys() throws Exception {
    jdbc.call(
        "execute",
        Map.of(
            "sql",
            "CREATE TABLE batch_d (id BIGINT NOT NULL, v STRING, PRIMARY KEY (id))"
                + " TBLPROPERTIES ('transactional'='true')"));
    for (String value : List.of("first", "second")) {
      List<List<@Nullable Object>> rows = List.of(List.of("1", value), List.of("2", value));
      jdbc.call(
          "batch",
          Map.of(
              "sql",
              "INSERT INTO batch_d VALUES (?, ?)",
              "types",
              List.of("BIGINT", "STRING"),
              "rows",
              rows));
      assertThat(Rows.of(query("SELECT * FROM batch_d"))).isEqualTo(rows);
    }
  }

  /** It asks for no rows: a fault of this version. */
  @Test
  @DisplayName(
      "control-plane 9: a scrollable result is answered, and shown as empty by this driver")
  @Tag("covers:jdbc/scrollable")
  void aScrollableResultIsAnsweredAndShownAsEmpty() throws Exception {
    jdbc.call("execute", Map.of("sql", "CREATE TABLE scrolled (id BIGINT)"));
    jdbc.call("update", Map.of("sql", "INSERT INTO scrolled VALUES (1), (2), (3)"));
    assertThat(jdbc.call("scroll", Map.of("sql", "SELECT id FROM scrolled ORDER BY id LIMIT 10")))
        .isEqualTo(List.of());
  }

  @Test
  @DisplayName("control-plane 5.2: more rows than one page come back completely")
  @Tag("covers:instance-data/pages")
  @Tag("covers:jdbc/batch")
  void moreRowsThanOnePageComeBackCompletely() throws Exception {
    jdbc.call("execute", Map.of("sql", "CREATE TABLE many (id BIGINT, v STRING)"));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < 25_000; i++) {
      rows.add(List.of(String.valueOf(i), "value " + i));
    }
    jdbc.call(
        "batch",
        Map.of(
            "sql",
            "INSERT INTO many VALUES (?, ?)",
            "types",
            List.of("BIGINT", "STRING"),
            "rows",
            rows,
            "every",
            10_000));
    assertThat(query("SELECT COUNT(*), SUM(id) FROM many"))
        .containsEntry("rows", List.of(List.of("25000", "312487500")));
    assertThat(Rows.of(query("SELECT * FROM many"))).isEqualTo(rows);
  }

  @Test
  @DisplayName("control-plane 7: metadata names tables and columns")
  @Tag("covers:jdbc/metadata")
  void metadataNamesTablesAndColumns() throws Exception {
    jdbc.call(
        "execute",
        Map.of(
            "sql",
            "CREATE TABLE meta_t (id BIGINT COMMENT 'key', amount DECIMAL(10,2))"
                + " COMMENT 'for the metadata' PARTITIONED BY (ds STRING)"));
    assertThat(metadata("tables", "meta_t"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("TABLE_NAME", "meta_t")
                    .containsEntry("TABLE_TYPE", "TABLE")
                    .containsEntry("REMARKS", "for the metadata"));
    assertThat(metadata("columns", "meta_t"))
        .extracting(row -> row.get("COLUMN_NAME") + " " + row.get("TYPE_NAME"))
        .map(text -> text.toLowerCase(Locale.ROOT))
        .startsWith("id bigint", "amount decimal(10,2)");
    assertThat(metadata("catalogs", null))
        .extracting(row -> row.get("TABLE_CAT"))
        .contains(OfficialClients.PROJECT);
    assertThat(metadata("schemas", null)).isNotEmpty();
    assertThat(metadata("tableTypes", null)).isNotEmpty();
    assertThat(metadata("typeInfo", null)).isNotEmpty();
  }

  @Test
  @DisplayName("control-plane 7: a table that is not there is named in the error")
  @Tag("covers:jdbc/failure")
  void aTableThatIsNotThereIsNamedInTheError() {
    assertThatThrownBy(() -> query("SELECT * FROM nobody_made_this"))
        .hasMessageContaining("nobody_made_this");
    assertThatThrownBy(
            () ->
                jdbc.call(
                    "batch",
                    Map.of(
                        "sql", "INSERT INTO nobody_made_this VALUES (?)",
                        "types", List.of("BIGINT"),
                        "rows", List.of(List.of("1")))))
        .hasMessageContaining("nobody_made_this");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public.default", "other"})
  @DisplayName("control-plane 4.8: a connection in interactive mode has its rows, or falls back")
  @Tag("covers:jdbc/connect-mcqa")
  @Tag("covers:interactive-v1/attach")
  @Tag("covers:interactive-v1/fallback")
  void aConnectionInInteractiveModeHasItsRows(String service) throws Exception {
    String table = "wanted_" + service.length();
    try (DrivenProgram wants =
        OfficialClients.jdbc(
            server.endpoint(),
            "UTC",
            Map.of("interactive_mode", "true", "interactive_service_name", service))) {
      wants.call("execute", Map.of("sql", "CREATE TABLE " + table + " (id BIGINT)"));
      wants.call("update", Map.of("sql", "INSERT INTO " + table + " VALUES (1), (2)"));
      assertThat(
              wants.ask("query", Map.of("sql", "SELECT id FROM " + table + " ORDER BY id LIMIT 5")))
          .containsEntry("rows", List.of(List.of("1"), List.of("2")));
      assertThatThrownBy(() -> wants.ask("query", Map.of("sql", "SELECT * FROM nowhere")))
          .hasMessageContaining("ODPS-0130131");
    }
  }

  @Test
  @DisplayName("control-plane 4.6: a statement that runs is cancelled")
  @Tag("covers:jdbc/cancel")
  @Tag("covers:cancel/running")
  void aStatementThatRunsIsCancelled() throws Exception {
    jdbc.call("execute", Map.of("sql", "CREATE TABLE digits (d BIGINT)"));
    jdbc.call(
        "update",
        Map.of(
            "sql", "INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)"));
    String tables =
        IntStream.range(0, 13)
            .mapToObj(i -> "digits t" + i)
            .collect(Collectors.joining(" CROSS JOIN "));
    String product =
        IntStream.range(0, 13).mapToObj(i -> "t" + i + ".d").collect(Collectors.joining(" * "));
    // It would run for days.
    String endless = "SELECT count(*) FROM " + tables + " WHERE " + product + " % 7 = 3";
    assertThat(jdbc.call("cancel", Map.of("sql", endless)))
        .asString()
        .startsWith("ended: ")
        .containsIgnoringCase("cancel");
  }

  private static List<Samples> bindable() {
    return EveryType.columns().stream()
        .filter(column -> BATCH_TYPES.contains(column.type().replaceAll("\\(.*", "")))
        .map(OfficialJdbcIT::withoutJulianDates)
        .toList();
  }

  /** The driver gives java.sql dates, which count in the Julian calendar before October 1582. */
  private static Samples withoutJulianDates(Samples column) {
    if (!Set.of("DATE", "DATETIME").contains(column.type())) {
      return column;
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (Object value : column.values()) {
      if (value == null || String.valueOf(value).compareTo("1582-10-15") >= 0) {
        values.add(value);
      }
    }
    return new Samples(column.name(), column.type(), values);
  }

  /** Its SDK 0.43.3 is older than TIMESTAMP_NTZ and reads no JSON. */
  private static List<Samples> readable() {
    return EveryType.columns().stream()
        .filter(column -> !Set.of("TIMESTAMP_NTZ", "JSON").contains(column.type()))
        .map(OfficialJdbcIT::withoutJulianDates)
        .toList();
  }

  private void create(String table, List<Samples> columns) throws Exception {
    jdbc.call(
        "execute",
        Map.of(
            "sql",
            "CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ")"));
  }

  @SuppressWarnings("unchecked")
  private List<Integer> batch(
      String table, List<Samples> columns, List<List<@Nullable Object>> rows, int every)
      throws Exception {
    List<String> types = new ArrayList<>(List.of("BIGINT"));
    columns.forEach(column -> types.add(column.type()));
    String marks = types.stream().map(type -> "?").collect(Collectors.joining(", "));
    Object counts =
        jdbc.call(
            "batch",
            Map.of(
                "sql", "INSERT INTO " + table + " VALUES (" + marks + ")",
                "types", types,
                "rows", rows,
                "every", every));
    return (List<Integer>) Objects.requireNonNull(counts);
  }

  private Map<String, Object> query(String sql) throws Exception {
    return jdbc.ask("query", Map.of("sql", sql));
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> metadata(String call, @Nullable String table) throws Exception {
    Object rows =
        jdbc.call(
            "metadata",
            table == null ? Map.of("call", call) : Map.of("call", call, "table", table));
    return (List<Map<String, Object>>) Objects.requireNonNull(rows);
  }
}
