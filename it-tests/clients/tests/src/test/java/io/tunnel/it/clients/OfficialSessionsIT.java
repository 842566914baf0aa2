package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sessions of the regular tunnel in the ways in which the official SDK uses them. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialSessionsIT {
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

  @Test
  @DisplayName("regular-tunnel 2.4: a buffered writer chooses its blocks")
  @Tag("covers:upload-put/buffered-writer")
  @Tag("covers:upload-commit/no-list")
  void aBufferedWriterChoosesItsBlocks() throws Exception {
    String table = create("");
    String upload = createUpload(table, null, false);
    // More than the smallest buffer of the SDK, which is a megabyte, holds.
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), noise(i, 100_000))));
    }
    sdk.call("writeBuffered", Map.of("upload", upload, "rows", rows));
    assertThat(sdk.call("blocks", Map.of("upload", upload)))
        .asInstanceOf(LIST)
        .hasSizeGreaterThan(1)
        .startsWith(0, 1);
    sdk.call("commitAll", Map.of("upload", upload));
    assertThat(read(table)).isEqualTo(rows);
  }

  /** Text that does not compress. */
  private static String noise(int seed, int length) {
    Random random = new Random(seed);
    return random
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  @DisplayName("regular-tunnel 2.5: another process goes on with a session")
  @Tag("covers:upload-reload/other-process")
  @Tag("covers:upload-reload/closed")
  void anotherProcessGoesOnWithASession() throws Exception {
    String table = create("");
    String upload = createUpload(table, null, false);
    write(sdk, upload, 0, rows(0, 3));
    try (DrivenProgram other = OfficialClients.sdk(server.endpoint())) {
      other.call("attachUpload", Map.of("table", table, "upload", upload));
      assertThat(other.call("blocks", Map.of("upload", upload))).isEqualTo(List.of(0));
      write(other, upload, 1, rows(3, 5));
      other.call("commit", Map.of("upload", upload, "blocks", List.of(0, 1)));
    }
    assertThat(sdk.call("uploadStatus", Map.of("upload", upload))).isEqualTo("CLOSED");
    assertThat(read(table)).isEqualTo(rows(0, 5));
  }

  @Test
  @DisplayName("regular-tunnel 2.6: a second commit changes nothing")
  @Tag("covers:upload-commit/again")
  @Tag("covers:upload-put/closed")
  void aSecondCommitChangesNothing() throws Exception {
    String table = create("");
    String upload = createUpload(table, null, false);
    write(sdk, upload, 0, rows(0, 3));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    sdk.call("commitAll", Map.of("upload", upload));
    assertThat(read(table)).isEqualTo(rows(0, 3));
    assertThatThrownBy(() -> write(sdk, upload, 1, rows(3, 5)))
        .hasMessageContaining("StatusConflict");
    assertThat(read(table)).isEqualTo(rows(0, 3));
  }

  @Test
  @DisplayName("regular-tunnel 2.6: the block list is checked before the commit")
  @Tag("covers:upload-commit/block-list")
  void theBlockListIsCheckedBeforeTheCommit() throws Exception {
    String table = create("");
    String upload = createUpload(table, null, false);
    write(sdk, upload, 0, rows(0, 1));
    write(sdk, upload, 5, rows(1, 2));
    for (List<Integer> wrong : List.of(List.of(0), List.of(0, 1), List.of(0, 5, 6))) {
      assertThatThrownBy(() -> sdk.call("commit", Map.of("upload", upload, "blocks", wrong)))
          .as(String.valueOf(wrong))
          .isInstanceOf(IOException.class);
    }
    assertThat(read(table)).isEmpty();
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0, 5)));
    assertThat(read(table)).isEqualTo(rows(0, 2));
  }

  @Test
  @DisplayName("regular-tunnel 2.2: overwrite replaces one partition only")
  @Tag("covers:upload-commit/overwrite-partition")
  void overwriteReplacesOnePartitionOnly() throws Exception {
    String table = create(" PARTITIONED BY (ds STRING)");
    for (String day : List.of("ds='a'", "ds='b'")) {
      sdk.call("createPartition", Map.of("table", table, "partition", day));
      upload(table, day, false, rows(0, 3));
    }
    upload(table, "ds='a'", true, rows(7, 9));
    assertThat(read(table, "ds='a'")).isEqualTo(rows(7, 9));
    assertThat(read(table, "ds='b'")).isEqualTo(rows(0, 3));
  }

  @Test
  @DisplayName("regular-tunnel 3.1: a session reads what it saw when it was made")
  @Tag("covers:download-create/snapshot")
  @Tag("covers:download-reload/normal")
  void aSessionReadsWhatItSawWhenItWasMade() throws Exception {
    String table = create("");
    upload(table, null, false, rows(0, 3));
    String download = String.valueOf(sdk.call("createDownload", Map.of("table", table)));
    upload(table, null, false, rows(3, 5));
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThat(Rows.of(sdk.ask(reader, Map.of("table", table, "download", download))))
          .as(reader)
          .isEqualTo(rows(0, 3));
    }
    assertThat(read(table)).isEqualTo(rows(0, 5));
  }

  @Test
  @DisplayName("regular-tunnel 3.4: a buffered reader asks for pieces by their size")
  @Tag("covers:download-data/raw-size")
  void aBufferedReaderAsksForPiecesByTheirSize() throws Exception {
    String table = create("");
    upload(table, null, false, rows(0, 2000));
    assertThat(
            Rows.of(
                sdk.ask(
                    "readBuffered", Map.of("table", table, "batchRows", 700, "batchBytes", 512))))
        .isEqualTo(rows(0, 2000));
  }

  @Test
  @DisplayName("control-plane 5.1: a client without the right to download gets ten thousand rows")
  @Tag("covers:instance-download/limited")
  void aClientWithoutTheRightToDownloadGetsTenThousandRows() throws Exception {
    String table = create("");
    upload(table, null, false, rows(0, 10_050));
    String select = "SELECT * FROM " + table + ";";
    Map<String, Object> limited = sdk.ask("select", Map.of("statement", select, "limited", true));
    assertThat(limited.get("count")).isEqualTo(10_000);
    assertThat(sdk.ask("select", Map.of("statement", select)).get("count")).isEqualTo(10_050);
  }

  @Test
  @DisplayName("regular-tunnel 3.1: another process reads a download session")
  @Tag("covers:download-reload/other-process")
  @Tag("covers:download-reload/normal")
  void anotherProcessReadsADownloadSession() throws Exception {
    String table = create("");
    upload(table, null, false, rows(0, 5));
    String download = String.valueOf(sdk.call("createDownload", Map.of("table", table)));
    upload(table, null, false, rows(5, 7));
    try (DrivenProgram other = OfficialClients.sdk(server.endpoint())) {
      for (String reader : List.of("readRecords", "readArrow")) {
        assertThat(
                Rows.of(
                    other.ask(
                        reader,
                        Map.of("table", table, "download", download, "first", 1, "count", 3))))
            .as(reader)
            .isEqualTo(rows(1, 4));
      }
    }
  }

  @Test
  @DisplayName("regular-tunnel 3.6: a table with a primary key is read like any other")
  @Tag("covers:download-create/delta-table")
  @Tag("covers:download-data/delta-table")
  @Tag("covers:preview/delta-table")
  void aTableWithAPrimaryKeyIsReadLikeAnyOther() throws Exception {
    sql(
        "CREATE TABLE delta (id BIGINT NOT NULL, v STRING, PRIMARY KEY (id))"
            + " TBLPROPERTIES ('transactional'='true');");
    sql("INSERT INTO delta VALUES (0, 'v0'), (1, 'old'), (2, 'gone');");
    sql("UPDATE delta SET v = 'v1' WHERE id = 1;");
    sql("DELETE FROM delta WHERE id = 2;");
    for (String reader : List.of("readRecords", "readArrow", "preview")) {
      assertThat(Rows.of(sdk.ask(reader, Map.of("table", "delta"))))
          .as(reader)
          .isEqualTo(rows(0, 2));
    }
  }

  @Test
  @DisplayName("regular-tunnel 2.2: rows that are uploaded into a table with a key replace others")
  @Tag("covers:upload-create/delta-table")
  void rowsThatAreUploadedIntoATableWithAKeyReplaceOthers() throws Exception {
    sql(
        "CREATE TABLE keyed (id BIGINT NOT NULL, v STRING, PRIMARY KEY (id))"
            + " TBLPROPERTIES ('transactional'='true');");
    sql("INSERT INTO keyed VALUES (0, 'v0'), (1, 'old'), (2, 'old');");
    String upload = createUpload("keyed", null, false);
    write(sdk, upload, 0, rows(1, 2));
    sdk.call("writeArrow", Map.of("upload", upload, "block", 1, "batches", List.of(rows(2, 5))));
    assertThat(read("keyed")).contains(List.of("1", "old"));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0, 1)));
    assertThat(read("keyed")).isEqualTo(rows(0, 5));
    upload("keyed", null, true, rows(7, 9));
    assertThat(read("keyed")).isEqualTo(rows(7, 9));
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement));
  }

  private String create(String more) throws IOException {
    String table = "sessions_" + tables++;
    sql("CREATE TABLE " + table + " (id BIGINT, v STRING)" + more + ";");
    return table;
  }

  private String createUpload(String table, @Nullable String partition, boolean overwrite)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(Map.of("table", table, "overwrite", overwrite));
    if (partition != null) {
      arguments.put("partition", partition);
    }
    return String.valueOf(sdk.ask("createUpload", arguments).get("upload"));
  }

  private void upload(
      String table,
      @Nullable String partition,
      boolean overwrite,
      List<List<@Nullable Object>> rows)
      throws IOException {
    String upload = createUpload(table, partition, overwrite);
    write(sdk, upload, 0, rows);
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
  }

  private static void write(
      DrivenProgram program, String upload, int block, List<List<@Nullable Object>> rows)
      throws IOException {
    program.call("writeRecords", Map.of("upload", upload, "block", block, "rows", rows));
  }

  private List<List<@Nullable Object>> read(String table) throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", table)));
  }

  private List<List<@Nullable Object>> read(String table, String partition) throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", table, "partition", partition)));
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "v" + i)));
    }
    return rows;
  }
}
