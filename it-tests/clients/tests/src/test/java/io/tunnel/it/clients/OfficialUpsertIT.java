package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upsert sessions as the official SDK uses them. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialUpsertIT {
  private LocalTunnel server;
  private DrivenProgram sdk;
  private int tables;

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

  /** Histories of many flushes and several sessions, held to a map. The key is not first. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16, 64})
  @DisplayName("upsert-and-stream 2.6: rows are found by a composite key over all buckets")
  @Tag("covers:upsert-create/normal")
  @Tag("covers:upsert-put/upsert")
  @Tag("covers:upsert-put/delete")
  @Tag("covers:upsert-commit/normal")
  void rowsAreFoundByACompositeKeyOverAllBuckets(int buckets) throws Exception {
    String table = create("n BIGINT, k2 STRING, v STRING, k1 BIGINT", "k1, k2", "", buckets, "");
    Random random = new Random(buckets);
    Map<String, List<@Nullable Object>> model = new TreeMap<>();
    for (int session = 0; session < 3; session++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (int i = 0; i < 700; i++) {
        String k1 = String.valueOf(random.nextInt(40) - 20);
        String k2 = "key " + random.nextInt(10);
        boolean delete = random.nextInt(4) == 0;
        String v = random.nextInt(5) == 0 ? null : "v" + random.nextInt();
        List<@Nullable Object> row = Arrays.asList(String.valueOf(i), k2, v, k1);
        List<@Nullable Object> written = new ArrayList<>(List.of(delete ? "D" : "U"));
        written.addAll(delete ? Arrays.asList(null, k2, null, k1) : row);
        rows.add(written);
        if (delete) {
          model.remove(k1 + "/" + k2);
        } else {
          model.put(k1 + "/" + k2, row);
        }
      }
      String id = open(table, null);
      sdk.call("upsert", Map.of("upsert", id, "rows", rows, "flushRows", 90));
      sdk.call("commitUpsert", Map.of("upsert", id));
      assertThat(read(sdk, table, null)).isEqualTo(sorted(model.values()));
    }
  }

  @Test
  @DisplayName("upsert-and-stream 6: a partial update keeps the other columns")
  @Tag("covers:upsert-put/partial-update")
  void aPartialUpdateKeepsTheOtherColumns() throws Exception {
    String table =
        create(
            "k BIGINT, a STRING, b STRING",
            "k",
            "",
            4,
            ", \"acid.partial.fields.update.enable\"=\"true\"");
    sql("INSERT INTO " + table + " VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2'), (3, 'a3', 'b3')");
    String id = open(table, null);
    write(id, List.of("a"), row("U", "1", "x", null), row("U", "4", "y", null));
    write(id, List.of("b"), row("U", "1", null, "z"), row("U", "2", null, null));
    write(id, List.of(), row("D", "3", null, null));
    sdk.call("commitUpsert", Map.of("upsert", id));
    assertThat(read(sdk, table, null))
        .isEqualTo(
            List.of(
                Arrays.asList("1", "x", "z"),
                Arrays.asList("2", "a2", null),
                Arrays.asList("4", "y", null)));
  }

  @Test
  @DisplayName(
      "upsert-and-stream 2.4: another process goes on with a session, readers see none of it")
  @Tag("covers:upsert-reload/normal")
  void anotherProcessGoesOnWithASession() throws Exception {
    String table = create("k BIGINT, v STRING", "k", "", 2, "");
    sql("INSERT INTO " + table + " VALUES (1, 'old'), (2, 'old')");
    String id = open(table, null);
    write(id, List.of(), row("U", "1", "first"), row("D", "2", null));
    String before = String.valueOf(sdk.call("createDownload", Map.of("table", table)));
    try (DrivenProgram other = OfficialClients.sdk(server.endpoint())) {
      other.call("openUpsert", Map.of("table", table, "upsert", id));
      other.call("upsert", Map.of("upsert", id, "rows", List.of(row("U", "3", "second"))));
      assertThat(read(sdk, table, null))
          .isEqualTo(List.of(List.of("1", "old"), List.of("2", "old")));
      other.call("commitUpsert", Map.of("upsert", id));
    }
    assertThat(String.valueOf(sdk.call("upsertStatus", Map.of("upsert", id))))
        .isEqualToIgnoringCase("committed");
    assertThat(read(sdk, table, null))
        .isEqualTo(List.of(List.of("1", "first"), List.of("3", "second")));
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThat(Rows.of(sdk.ask(reader, Map.of("table", table, "download", before))))
          .as(reader)
          .containsExactlyInAnyOrder(List.of("1", "old"), List.of("2", "old"));
    }
  }

  @Test
  @DisplayName("upsert-and-stream 2.7: an asynchronous commit, a second one, and an abort")
  @Tag("covers:upsert-commit/again")
  @Tag("covers:upsert-abort/normal")
  void commitsAndAborts() throws Exception {
    String table = create("k BIGINT, v STRING", "k", "", 2, "");
    String aborted = open(table, null);
    write(aborted, List.of(), row("U", "1", "x"));
    sdk.call("abortUpsert", Map.of("upsert", aborted));
    assertThatThrownBy(() -> write(open(table, aborted), List.of(), row("U", "1", "x")))
        .isInstanceOf(IOException.class);
    String id = open(table, null);
    write(id, List.of(), row("U", "2", "y"));
    sdk.call("commitUpsert", Map.of("upsert", id, "later", true));
    sdk.call("commitUpsert", Map.of("upsert", id));
    assertThat(read(sdk, table, null)).isEqualTo(List.of(List.of("2", "y")));
  }

  @Test
  @DisplayName("upsert-and-stream 2.2: each partition has keys of its own")
  @Tag("covers:upsert-create/partition")
  void eachPartitionHasKeysOfItsOwn() throws Exception {
    String table = create("k BIGINT, v STRING", "k", " PARTITIONED BY (ds STRING)", 3, "");
    for (String day : List.of("ds='a'", "ds='b'")) {
      sdk.call("createPartition", Map.of("table", table, "partition", day));
      String id = String.valueOf(sdk.call("openUpsert", Map.of("table", table, "partition", day)));
      write(id, List.of(), row("U", "1", day), row("U", "2", day));
      sdk.call("commitUpsert", Map.of("upsert", id));
    }
    String id =
        String.valueOf(sdk.call("openUpsert", Map.of("table", table, "partition", "ds='a'")));
    write(id, List.of(), row("D", "1", null), row("U", "2", "new"));
    sdk.call("commitUpsert", Map.of("upsert", id));
    assertThat(read(sdk, table, "ds='a'")).isEqualTo(List.of(List.of("2", "new")));
    assertThat(read(sdk, table, "ds='b'"))
        .isEqualTo(List.of(List.of("1", "ds='b'"), List.of("2", "ds='b'")));
    assertThatThrownBy(() -> sdk.call("openUpsert", Map.of("table", table, "partition", "ds='c'")))
        .hasMessageContaining("NoSuchPartition");
  }

  @Test
  @DisplayName("upsert-and-stream 2.2: a table without a key is refused and INSERT is named")
  @Tag("covers:upsert-create/no-key")
  void aTableWithoutAKeyIsRefused() throws Exception {
    String table = "upserts_" + tables++;
    sql("CREATE TABLE " + table + " (k BIGINT)");
    assertThatThrownBy(() -> open(table, null))
        .hasMessageContaining("no primary key")
        .hasMessageContaining("INSERT");
  }

  @Test
  @DisplayName("upsert-and-stream 3.1: rows of every type, replaced row by row")
  @Tag("covers:upsert-put/upsert")
  void rowsOfEveryTypeAreReplaced() throws Exception {
    List<EveryType.Samples> columns = EveryType.columns();
    String table = create("id BIGINT, " + EveryType.definitions(columns), "id", "", 3, "");
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    for (int shift = 0; shift < 2; shift++) {
      List<List<@Nullable Object>> written = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        // First each key gets the values of the next row, then its own.
        List<@Nullable Object> row = new ArrayList<>(rows.get((i + 1 - shift) % rows.size()));
        row.set(0, rows.get(i).get(0));
        row.add(0, "U");
        written.add(row);
      }
      String id = open(table, null);
      sdk.call("upsert", Map.of("upsert", id, "rows", written));
      sdk.call("commitUpsert", Map.of("upsert", id));
    }
    assertThat(Rows.ordered(Rows.of(sdk.ask("readRecords", Map.of("table", table)))))
        .isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ODPS_RAW", "ODPS_ZLIB", "ODPS_SNAPPY", "ODPS_LZ4_FRAME", "ODPS_ZSTD"})
  @DisplayName("upsert-and-stream 1.4: packs come in every coding")
  @Tag("covers:upsert-put/codings")
  void packsComeInEveryCoding(String compression) throws Exception {
    String table = create("k BIGINT, v STRING", "k", "", 2, "");
    String id = open(table, null);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    List<List<@Nullable Object>> expected = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(row("U", String.valueOf(i), "value " + i));
      expected.add(Arrays.asList(String.valueOf(i), "value " + i));
    }
    sdk.call("upsert", Map.of("upsert", id, "rows", rows, "compression", compression));
    sdk.call("commitUpsert", Map.of("upsert", id));
    assertThat(read(sdk, table, null)).isEqualTo(sorted(expected));
  }

  private String create(
      String columns, String key, String partitions, int buckets, String properties)
      throws IOException {
    String table = "upserts_" + tables++;
    sql(
        "CREATE TABLE "
            + table
            + " ("
            + columns
            + ", PRIMARY KEY ("
            + key
            + "))"
            + partitions
            + " TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\""
            + buckets
            + "\""
            + properties
            + ")");
    return table;
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement + ";"));
  }

  private String open(String table, @Nullable String known) throws IOException {
    Map<String, Object> arguments = new HashMap<>(Map.of("table", table, "slots", 2));
    if (known != null) {
      arguments.put("upsert", known);
    }
    return String.valueOf(sdk.call("openUpsert", arguments));
  }

  private static List<@Nullable Object> row(@Nullable Object... cells) {
    return Arrays.asList(cells);
  }

  @SafeVarargs
  private void write(String upsert, List<String> columns, List<@Nullable Object>... rows)
      throws IOException {
    sdk.call("upsert", Map.of("upsert", upsert, "columns", columns, "rows", Arrays.asList(rows)));
  }

  private static List<List<@Nullable Object>> read(
      DrivenProgram program, String table, @Nullable String partition) throws IOException {
    Map<String, Object> arguments = new HashMap<>(Map.of("table", table));
    if (partition != null) {
      arguments.put("partition", partition);
    }
    return sorted(Rows.of(program.ask("readRecords", arguments)));
  }

  private static List<List<@Nullable Object>> sorted(
      java.util.Collection<List<@Nullable Object>> rows) {
    return rows.stream().sorted(Comparator.comparing(List::toString)).toList();
  }
}
