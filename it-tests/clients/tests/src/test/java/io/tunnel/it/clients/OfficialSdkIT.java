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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The official SDK, unchanged, against the local server. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialSdkIT {
  private LocalTunnel server;
  private DrivenProgram sdk;
  private SdkTables tables;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
    tables = new SdkTables(sdk);
  }

  @AfterAll
  void stop() throws Exception {
    sdk.close();
    server.close();
  }

  @Test
  @DisplayName("regular-tunnel 2.6: nothing is visible before the commit")
  @Tag("covers:upload-commit/nothing-before")
  @Tag("covers:upload-commit/append")
  void nothingIsVisibleBeforeTheCommit() throws Exception {
    String table = tables.createTable(numbers());
    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEmpty();
    tables.commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(0, 5));
  }

  @Test
  @DisplayName("regular-tunnel 2.4: a block written again replaces the first")
  @Tag("covers:upload-put/written-again")
  void aBlockWrittenAgainReplacesTheFirst() throws Exception {
    String table = tables.createTable(numbers());
    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    tables.writeArrow(upload, 0, List.of(rows(5, 8)), "ODPS_RAW");
    tables.commit(upload, 0);
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(5, 8));
  }

  @Test
  @DisplayName("regular-tunnel 2.6: overwrite replaces the table only at its commit")
  @Tag("covers:upload-create/overwrite")
  @Tag("covers:upload-commit/overwrite-table")
  void overwriteReplacesTheTableOnlyAtItsCommit() throws Exception {
    String table = tables.createTable(numbers());
    String first = tables.createUpload(table, Map.of());
    tables.writeRecords(first, 0, rows(0, 5), "ODPS_RAW");
    tables.commit(first, 0);

    String second = tables.createUpload(table, Map.of("overwrite", true));
    tables.writeRecords(second, 0, rows(10, 12), "ODPS_RAW");
    assertThat(Rows.of(sdk.ask("readRecords", Map.of("table", table)))).isEqualTo(rows(0, 5));
    tables.commit(second, 0);
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
    String table = "sdk_" + tables.number();
    tables.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, v STRING) PARTITIONED BY (ds STRING COMMENT 'day', hh BIGINT);");
    for (String partition : List.of("ds='2026-01-01',hh='10'", "ds='2026-01-01',hh='11'")) {
      sdk.call("createPartition", Map.of("table", table, "partition", partition));
    }
    tables.upload(table, "ds='2026-01-01',hh='10'", rows(0, 3));
    tables.upload(table, "ds='2026-01-01',hh='11'", rows(3, 5));

    Map<String, Object> described = sdk.ask("table", Map.of("table", table));
    assertThat(described.get("partitionColumns")).isEqualTo(List.of("ds STRING", "hh BIGINT"));
    assertThat(described.get("partitions"))
        .asInstanceOf(LIST)
        .containsExactlyInAnyOrder("ds='2026-01-01',hh='10'", "ds='2026-01-01',hh='11'");
    assertThat(tables.readPartition(table, "ds='2026-01-01',hh='10'")).isEqualTo(rows(0, 3));
    assertThat(tables.readPartition(table, "ds='2026-01-01',hh='11'")).isEqualTo(rows(3, 5));
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
    String table = tables.createTable(numbers());
    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, rows(0, 700), "ODPS_RAW");
    tables.writeRecords(upload, 1, rows(700, 1000), "ODPS_RAW");
    tables.commit(upload, 0, 1);

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
    String table = tables.createTable(numbers());
    assertThat(sdk.ask("readRecords", Map.of("table", table))).containsEntry("count", 0);
    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, List.of(), "ODPS_RAW");
    tables.writeArrow(upload, 1, List.of(), "ODPS_RAW");
    tables.writeArrow(upload, 2, List.of(List.of()), "ODPS_RAW");
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of(0, 1, 2));
    tables.commit(upload, 0, 1, 2);
    assertThat(sdk.ask("readArrow", Map.of("table", table))).containsEntry("count", 0);
  }

  @Test
  @DisplayName("regular-tunnel 3.2: an asynchronous download session is read like any other")
  @Tag("covers:download-create/async")
  void anAsynchronousDownloadSessionIsReadLikeAnyOther() throws Exception {
    String table = tables.createTable(numbers());
    tables.upload(table, null, rows(0, 10));
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
    String table = tables.createTable(columns);
    assertThat(sdk.call("tables", Map.of())).asInstanceOf(LIST).contains(table);
    List<String> expected = new ArrayList<>(List.of("id BIGINT"));
    columns.forEach(column -> expected.add(column.name() + " " + column.type()));
    assertThat(sdk.ask("table", Map.of("table", table)).get("columns"))
        .asInstanceOf(LIST)
        .map(text -> String.valueOf(text).toLowerCase(Locale.ROOT).replace("`", ""))
        .isEqualTo(expected.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList());
    tables.sql("DROP TABLE " + table + ";");
    assertThat(sdk.ask("table", Map.of("table", table))).containsEntry("exists", false);
  }

  @Test
  @DisplayName(
      "regular-tunnel 2.6: a commit that names other blocks than the server holds is refused")
  @Tag("covers:upload-commit/block-list")
  void aCommitThatNamesOtherBlocksThanTheServerHoldsIsRefused() throws Exception {
    String table = tables.createTable(numbers());
    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, rows(0, 5), "ODPS_RAW");
    assertThatThrownBy(() -> tables.commit(upload, 0, 1)).isInstanceOf(ProgramException.class);
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
    String table = "sdk_" + tables.number();
    tables.sql("CREATE TABLE " + table + " (id BIGINT) PARTITIONED BY (ds STRING);");
    assertThatThrownBy(() -> tables.createUpload(table, Map.of("partition", "ds='no'")))
        .hasMessageContaining("NoSuchPartition");
    assertThatThrownBy(() -> tables.createUpload(table, Map.of()))
        .hasMessageMatching("(?s).*(MissingPartitionSpec|InvalidPartitionSpec).*");
    assertThatThrownBy(() -> tables.sql("SELECT * FROM no_such_table;"))
        .hasMessageContaining("ODPS-0130131");
    assertThatThrownBy(() -> tables.sql("SELEKT 1;")).hasMessageContaining("ODPS-0130161");
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
}
