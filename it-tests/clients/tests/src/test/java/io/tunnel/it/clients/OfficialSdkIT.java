package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.it.driven.ProgramException;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The official SDK 0.57.1, unchanged, against the local server, crossed with our library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialSdkIT {
  private final AtomicInteger tables = new AtomicInteger();
  private LocalTunnel server;
  private DrivenProgram sdk;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
  }

  @AfterAll
  void stop() throws Exception {
    sdk.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ODPS_RAW", "ODPS_ZLIB", "ODPS_SNAPPY", "ODPS_LZ4_FRAME", "ODPS_ZSTD"})
  void everyTypeWrittenByTheRecordWriterIsReadByAll(String compression) throws Exception {
    List<Samples> columns = EveryType.columns();
    String table = createTable(columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<List<@Nullable Object>> more = Rows.numbered(EveryType.rows(columns), rows.size());

    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows, compression);
    writeRecords(upload, 7, more, compression);
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of(0, 7));
    assertThat(sdk.call("uploadStatus", Map.of("upload", upload))).isEqualTo("NORMAL");
    commit(upload, 0, 7);
    assertThat(sdk.call("uploadStatus", Map.of("upload", upload))).isEqualTo("CLOSED");

    rows.addAll(more);
    assertReadByAll(columns, table, rows, compression);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ODPS_RAW", "ODPS_ZLIB", "ODPS_SNAPPY", "ODPS_ARROW_LZ4_FRAME"})
  void everyTypeWrittenByTheArrowWriterIsReadByAll(String compression) throws Exception {
    List<Samples> columns = EveryType.columns();
    String table = createTable(columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<List<@Nullable Object>> more = Rows.numbered(EveryType.rows(columns), rows.size());

    String upload = createUpload(table, Map.of());
    writeArrow(
        upload,
        3,
        List.of(rows.subList(0, 3), List.of(), rows.subList(3, rows.size())),
        compression);
    writeArrow(upload, 19_999, List.of(more), compression);
    commit(upload, 3, 19_999);

    rows.addAll(more);
    assertReadByAll(columns, table, rows, "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readArrow", Map.of("table", table, "compression", compression))))
        .isEqualTo(rows);
  }

  @ParameterizedTest
  @EnumSource(ContentCoding.class)
  void everyTypeWrittenByOurLibraryIsReadByAll(ContentCoding coding) throws Exception {
    List<Samples> columns = EveryType.columns();
    String table = createTable(columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<List<@Nullable Object>> more = Rows.numbered(EveryType.rows(columns), rows.size());
    try (OurClient ours = new OurClient(server.endpoint(), coding)) {
      ours.upload(table, null, List.of(rows, more));
      rows.addAll(more);
    }
    assertReadByAll(columns, table, rows, "ODPS_RAW");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1582-10-04T23:59:59.999999999", "9999-12-31T23:59:59"})
  void aTimestampThatTheLocalServerCannotStoreIsRefusedByColumnAndRow(String time)
      throws Exception {
    String table = createTable(List.of(new Samples("ts", "TIMESTAMP", List.of())));
    String upload = createUpload(table, Map.of());
    assertThatThrownBy(
            () ->
                writeRecords(
                    upload,
                    0,
                    Rows.numbered(List.of(List.of("2026-01-01T00:00"), List.of(time)), 0),
                    "ODPS_RAW"))
        .hasMessageContaining("MalformedDataStream")
        .hasMessageContaining("Column ts")
        .hasMessageContaining("row 2");
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of());
  }

  @Test
  void historicDateTimesDoNotDependOnTheZoneOfTheClient() throws Exception {
    String table =
        createTable(
            List.of(
                EveryType.columns().stream()
                    .filter(column -> column.type().equals("DATETIME"))
                    .findFirst()
                    .orElseThrow()));
    List<List<@Nullable Object>> rows =
        Rows.numbered(
            List.of(
                List.of("1900-01-01T00:00"),
                List.of("1986-06-01T00:00"),
                List.of("1940-07-01T01:02:03.004")),
            0);
    try (DrivenProgram elsewhere =
        OfficialClients.sdk(
            server.endpoint(),
            OfficialClients.ACCESS_ID,
            OfficialClients.SECRET,
            "Asia/Shanghai")) {
      Map<String, Object> created = elsewhere.ask("createUpload", Map.of("table", table));
      assertThat(created.get("transforms")).as("date transform").isEqualTo(false);
      String upload = String.valueOf(created.get("upload"));
      elsewhere.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", rows));
      elsewhere.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
      assertThat(Rows.of(elsewhere.ask("readRecords", Map.of("table", table)))).isEqualTo(rows);
    }
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows);
  }

  @Test
  void nothingIsVisibleBeforeTheCommit() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEmpty();
    commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(0, 5));
  }

  @Test
  void aBlockWrittenAgainReplacesTheFirst() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    writeArrow(upload, 0, List.of(rows(5, 8)), "ODPS_RAW");
    commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(5, 8));
  }

  @Test
  void overwriteReplacesTheTableOnlyAtItsCommit() throws Exception {
    String table = createTable(numbers());
    String first = createUpload(table, Map.of());
    writeRecords(first, 0, rows(0, 5), "ODPS_RAW");
    commit(first, 0);

    String second = createUpload(table, Map.of("overwrite", true));
    writeRecords(second, 0, rows(10, 12), "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(0, 5));
    commit(second, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(10, 12));
  }

  @Test
  void partitionsAreMadeListedWrittenAndReadOneByOne() throws Exception {
    String table = "sdk_" + tables.incrementAndGet();
    sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, v STRING) PARTITIONED BY (ds STRING COMMENT 'day', hh BIGINT);");
    for (String partition : List.of("ds='2026-01-01',hh='10'", "ds='2026-01-01',hh='11'")) {
      sdk.call("createPartition", Map.of("table", table, "partition", partition));
    }
    upload(table, "ds='2026-01-01',hh='10'", rows(0, 3));
    upload(table, "ds='2026-01-01',hh='11'", rows(3, 5));

    Map<String, Object> described = sdk.ask("table", Map.of("table", table));
    assertThat(described.get("partitionColumns")).isEqualTo(List.of("ds STRING", "hh BIGINT"));
    assertThat(described.get("partitions"))
        .asInstanceOf(LIST)
        .containsExactlyInAnyOrder("ds='2026-01-01',hh='10'", "ds='2026-01-01',hh='11'");
    assertThat(readPartition(table, "ds='2026-01-01',hh='10'")).isEqualTo(rows(0, 3));
    assertThat(readPartition(table, "ds='2026-01-01',hh='11'")).isEqualTo(rows(3, 5));
    assertThat(
            Rows.of(
                sdk.ask(
                    "select",
                    Map.of("statement", "SELECT id, v FROM " + table + " WHERE hh = 11;"))))
        .isEqualTo(rows(3, 5));
    try (OurClient ours = new OurClient(server.endpoint(), ContentCoding.NONE)) {
      assertThat(Rows.ordered(ours.download(table, PartitionSpec.parse("ds=2026-01-01,hh=10"))))
          .isEqualTo(rows(0, 3));
      assertThat(ours.client().catalog().partitions(OurClient.table(table)))
          .containsExactlyInAnyOrder(
              PartitionSpec.parse("ds=2026-01-01,hh=10"),
              PartitionSpec.parse("ds=2026-01-01,hh=11"));
    }
  }

  @Test
  void anyRangeOfRowsAndAnyColumnsCanBeRead() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 700), "ODPS_RAW");
    writeRecords(upload, 1, rows(700, 1000), "ODPS_RAW");
    commit(upload, 0, 1);

    List<List<@Nullable Object>> all = new ArrayList<>();
    for (int first = 0; first < 1000; first += 333) {
      Map<String, Object> range = new HashMap<>(Map.of("table", table));
      range.put("first", first);
      range.put("count", Math.min(333, 1000 - first));
      List<List<@Nullable Object>> records = Rows.of(sdk.ask("readRecords", range));
      assertThat(Rows.of(sdk.ask("readArrow", range))).isEqualTo(records);
      all.addAll(records);
    }
    assertThat(Rows.ordered(all)).isEqualTo(rows(0, 1000));

    Map<String, Object> swapped = Map.of("table", table, "columns", List.of("v", "id"), "count", 1);
    assertThat(firstRow(sdk.ask("readRecords", swapped)))
        .isEqualTo(firstRow(sdk.ask("readArrow", swapped)))
        .satisfies(row -> assertThat(row.get(0)).isEqualTo("v" + row.get(1)));
    assertThat(
            firstRow(
                sdk.ask(
                    "readRecords", Map.of("table", table, "columns", List.of("v"), "count", 1))))
        .hasSize(1);
  }

  @Test
  void anEmptyTableAndAnEmptyBlockAreRead() throws Exception {
    String table = createTable(numbers());
    assertThat(sdk.ask("readRecords", Map.of("table", table))).containsEntry("count", 0);
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, List.of(), "ODPS_RAW");
    writeArrow(upload, 1, List.of(), "ODPS_RAW");
    writeArrow(upload, 2, List.of(List.of()), "ODPS_RAW");
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of(0, 1, 2));
    commit(upload, 0, 1, 2);
    assertThat(sdk.ask("readArrow", Map.of("table", table))).containsEntry("count", 0);
  }

  @Test
  void anAsynchronousDownloadSessionIsReadLikeAnyOther() throws Exception {
    String table = createTable(numbers());
    upload(table, null, rows(0, 10));
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table, "async", true))))
        .isEqualTo(rows(0, 10));
  }

  @Test
  void tablesAreListedAndDescribedAsTheyWereMade() throws Exception {
    List<Samples> columns = EveryType.columns();
    String table = createTable(columns);
    assertThat(sdk.call("tables", Map.of())).asInstanceOf(LIST).contains(table);
    List<String> expected = new ArrayList<>(List.of("id BIGINT"));
    columns.forEach(column -> expected.add(column.name() + " " + column.type()));
    assertThat(sdk.ask("table", Map.of("table", table)).get("columns"))
        .asInstanceOf(LIST)
        .map(text -> String.valueOf(text).toLowerCase(Locale.ROOT).replace("`", ""))
        .isEqualTo(expected.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList());
    sql("DROP TABLE " + table + ";");
    assertThat(sdk.ask("table", Map.of("table", table))).containsEntry("exists", false);
  }

  @Test
  void aCommitThatNamesOtherBlocksThanTheServerHoldsIsRefused() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThatThrownBy(() -> commit(upload, 0, 1)).isInstanceOf(ProgramException.class);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEmpty();
  }

  @Test
  void mistakesGetTheServicesCodes() throws Exception {
    assertThatThrownBy(() -> sdk.ask("createUpload", Map.of("table", "no_such_table")))
        .hasMessageContaining("NoSuchTable");
    String table = "sdk_" + tables.incrementAndGet();
    sql("CREATE TABLE " + table + " (id BIGINT) PARTITIONED BY (ds STRING);");
    assertThatThrownBy(() -> createUpload(table, Map.of("partition", "ds='no'")))
        .hasMessageContaining("NoSuchPartition");
    assertThatThrownBy(() -> createUpload(table, Map.of()))
        .hasMessageMatching("(?s).*(MissingPartitionSpec|InvalidPartitionSpec).*");
    assertThatThrownBy(() -> sql("SELECT * FROM no_such_table;"))
        .hasMessageContaining("ODPS-0130131");
    assertThatThrownBy(() -> sql("SELEKT 1;")).hasMessageContaining("ODPS-0130161");
  }

  @Test
  void aWrongSecretIsRefused() throws Exception {
    try (DrivenProgram stranger =
        OfficialClients.sdk(server.endpoint(), OfficialClients.ACCESS_ID, "guessed", "UTC")) {
      assertThatThrownBy(() -> stranger.call("tables", Map.of()))
          .isInstanceOf(ProgramException.class)
          .hasMessageMatching("(?s).*(SignatureNotMatch|Unauthorized|ODPS-0410042).*");
    }
  }

  private void assertReadByAll(
      List<Samples> columns,
      String table,
      List<List<@Nullable Object>> rows,
      String recordCompression)
      throws Exception {
    String select = "SELECT * FROM " + table;
    Map<String, List<String>> differences = new TreeMap<>();
    differences.put(
        "official record reader",
        Rows.differences(
            columns,
            Rows.of(
                sdk.ask("readRecords", Map.of("table", table, "compression", recordCompression))),
            rows));
    differences.put(
        "official Arrow reader",
        Rows.differences(columns, Rows.of(sdk.ask("readArrow", Map.of("table", table))), rows));
    differences.put(
        "official instance tunnel",
        Rows.differences(
            columns, Rows.of(sdk.ask("select", Map.of("statement", select + ";"))), rows));
    try (OurClient ours = new OurClient(server.endpoint(), ContentCoding.NONE)) {
      differences.put(
          "our download",
          Rows.differences(columns, Rows.ordered(ours.download(table, null)), rows));
      differences.put(
          "our SQL result", Rows.differences(columns, Rows.ordered(ours.select(select)), rows));
    }
    assertThat(differences).allSatisfy((reader, found) -> assertThat(found).as(reader).isEmpty());
  }

  private static List<Samples> numbers() {
    return List.of(new Samples("v", "STRING", List.of()));
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "v" + i)));
    }
    return rows;
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> firstRow(Map<String, Object> answer) {
    return ((List<List<@Nullable Object>>) answer.getOrDefault("rows", List.of())).get(0);
  }

  private String createTable(List<Samples> columns) throws IOException {
    String table = "sdk_" + tables.incrementAndGet();
    sql("CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ");");
    return table;
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement));
  }

  private String createUpload(String table, Map<String, Object> more) throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("table", table);
    return String.valueOf(sdk.ask("createUpload", arguments).get("upload"));
  }

  private void upload(String table, @Nullable String partition, List<List<@Nullable Object>> rows)
      throws IOException {
    String upload =
        createUpload(table, partition == null ? Map.of() : Map.of("partition", partition));
    writeRecords(upload, 0, rows, "ODPS_RAW");
    commit(upload, 0);
  }

  private List<List<@Nullable Object>> readPartition(String table, String partition)
      throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", table, "partition", partition)));
  }

  private void writeRecords(
      String upload, int block, List<List<@Nullable Object>> rows, String compression)
      throws IOException {
    sdk.call(
        "writeRecords",
        Map.of("upload", upload, "block", block, "rows", rows, "compression", compression));
  }

  private void writeArrow(
      String upload, int block, List<List<List<@Nullable Object>>> batches, String compression)
      throws IOException {
    sdk.call(
        "writeArrow",
        Map.of("upload", upload, "block", block, "batches", batches, "compression", compression));
  }

  private void commit(String upload, Integer... blocks) throws IOException {
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(blocks)));
  }
}
