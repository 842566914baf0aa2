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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The official SDK 0.57.1, unchanged, against the local server, crossed with our library. */
@Tag("client:official-sdk")
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
  @DisplayName("regular-tunnel 4.2: every type written by the record writer is read by all")
  @Tag("covers:values-protobuf/scalars")
  @Tag("covers:values-protobuf/nested")
  @Tag("covers:values-protobuf/nan-and-zero")
  @Tag("covers:values-protobuf/decimal-38")
  @Tag("covers:values-protobuf/dates")
  @Tag("covers:values-protobuf/datetimes")
  @Tag("covers:values-protobuf/timestamps")
  @Tag("covers:values-protobuf/json")
  @Tag("covers:values-instance/scalars")
  @Tag("covers:values-instance/nested")
  @Tag("covers:upload-put/protobuf")
  @Tag("covers:upload-put/protobuf-deflate")
  @Tag("covers:upload-put/protobuf-snappy")
  @Tag("covers:upload-put/protobuf-lz4")
  @Tag("covers:upload-put/protobuf-zstd")
  @Tag("covers:download-data/protobuf")
  @Tag("covers:download-data/protobuf-deflate")
  @Tag("covers:download-data/protobuf-snappy")
  @Tag("covers:download-data/protobuf-lz4")
  @Tag("covers:download-data/protobuf-zstd")
  @Tag("covers:upload-put/block-ids")
  @Tag("covers:upload-reload/normal")
  @Tag("covers:upload-reload/closed")
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
  @DisplayName("regular-tunnel 4.1: every type written by the Arrow writer is read by all")
  @Tag("covers:values-arrow/scalars")
  @Tag("covers:values-arrow/nested")
  @Tag("covers:values-arrow/nan-and-zero")
  @Tag("covers:values-arrow/decimal-38")
  @Tag("covers:values-arrow/dates")
  @Tag("covers:values-arrow/datetimes")
  @Tag("covers:values-arrow/timestamps")
  @Tag("covers:values-arrow/json")
  @Tag("covers:upload-put/arrow")
  @Tag("covers:upload-put/arrow-deflate")
  @Tag("covers:upload-put/arrow-snappy")
  @Tag("covers:upload-put/arrow-odps-lz4")
  @Tag("covers:upload-put/several-batches")
  @Tag("covers:download-data/arrow")
  @Tag("covers:download-data/arrow-deflate")
  @Tag("covers:download-data/arrow-snappy")
  @Tag("covers:download-data/arrow-odps-lz4")
  @Tag("covers:upload-put/block-ids")
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
  @DisplayName(
      "regular-tunnel 4.3: every type written by our library in each coding is read by all")
  @Tag("covers:download-data/protobuf")
  @Tag("covers:download-data/arrow")
  @Tag("covers:instance-data/protobuf")
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
  @DisplayName(
      "regular-tunnel 5.2: a timestamp that the local server cannot store is refused by column and row")
  @Tag("covers:values-protobuf/timestamps-refused")
  @Tag("covers:upload-put/value-refused")
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
  @DisplayName("regular-tunnel 4.2.5: historic times do not depend on the zone of the client")
  @Tag("covers:values-protobuf/zones")
  @Tag("covers:request/no-date-transform")
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
  @DisplayName("regular-tunnel 2.6: nothing is visible before the commit")
  @Tag("covers:upload-commit/nothing-before")
  @Tag("covers:upload-commit/append")
  void nothingIsVisibleBeforeTheCommit() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEmpty();
    commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(0, 5));
  }

  @Test
  @DisplayName("regular-tunnel 2.4: a block written again replaces the first")
  @Tag("covers:upload-put/written-again")
  void aBlockWrittenAgainReplacesTheFirst() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    writeArrow(upload, 0, List.of(rows(5, 8)), "ODPS_RAW");
    commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(5, 8));
  }

  @Test
  @DisplayName("regular-tunnel 2.6: overwrite replaces the table only at its commit")
  @Tag("covers:upload-create/overwrite")
  @Tag("covers:upload-commit/overwrite-table")
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
  @DisplayName("regular-tunnel 1.4: partitions are made, listed, written and read one by one")
  @Tag("covers:partition-get/create")
  @Tag("covers:partition-list/normal")
  @Tag("covers:upload-create/partition")
  @Tag("covers:download-create/partition")
  @Tag("covers:download-data/partition")
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
  @DisplayName("regular-tunnel 3.4: any range of rows and any columns can be read")
  @Tag("covers:download-data/range")
  @Tag("covers:download-data/columns")
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
  @DisplayName("regular-tunnel 4.1.2: an empty table and empty blocks are read")
  @Tag("covers:download-create/empty-table")
  @Tag("covers:upload-put/empty-arrow")
  @Tag("covers:upload-put/empty-protobuf")
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
  @DisplayName("regular-tunnel 3.2: an asynchronous download session is read like any other")
  @Tag("covers:download-create/async")
  void anAsynchronousDownloadSessionIsReadLikeAnyOther() throws Exception {
    String table = createTable(numbers());
    upload(table, null, rows(0, 10));
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table, "async", true))))
        .isEqualTo(rows(0, 10));
  }

  @Test
  @DisplayName("control-plane 3.4: tables are listed and described as they were made")
  @Tag("covers:table-list/normal")
  @Tag("covers:table-get/every-type")
  @Tag("covers:table-get/missing")
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
  @DisplayName(
      "regular-tunnel 2.6: a commit that names other blocks than the server holds is refused")
  @Tag("covers:upload-commit/block-list")
  void aCommitThatNamesOtherBlocksThanTheServerHoldsIsRefused() throws Exception {
    String table = createTable(numbers());
    String upload = createUpload(table, Map.of());
    writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThatThrownBy(() -> commit(upload, 0, 1)).isInstanceOf(ProgramException.class);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEmpty();
  }

  @Test
  @DisplayName("regular-tunnel 7.2: mistakes get the codes of the service")
  @Tag("covers:upload-create/missing-table")
  @Tag("covers:upload-create/missing-partition")
  @Tag("covers:upload-create/no-partition-named")
  @Tag("covers:result/failure")
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
  @DisplayName("control-plane 1.8: a wrong secret is refused")
  @Tag("covers:identity/wrong-secret")
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
