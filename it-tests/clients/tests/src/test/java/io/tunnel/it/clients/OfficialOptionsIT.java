package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the official SDK can say beside rows: versions, quotas, tags, the check for changes, and the
 * preview.
 */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialOptionsIT {
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
  @DisplayName("regular-tunnel 2.4: a block is not replaced by a smaller version")
  @Tag("covers:upload-put/block-version")
  void aBlockIsNotReplacedByASmallerVersion() throws Exception {
    String table = create("id BIGINT, v STRING", "");
    String upload = String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
    write(upload, 5, row("1", "five"));
    assertThatThrownBy(() -> write(upload, 4, row("1", "four")))
        .hasMessageContaining("StatusConflict");
    write(upload, 6, row("1", "six"));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    assertThat(read("readArrow", table, Map.of())).containsExactly(row("1", "six"));
  }

  @Test
  @DisplayName("regular-tunnel 1.8: the metrics of a block reach the SDK")
  @Tag("covers:upload-put/metrics")
  void theMetricsOfABlockReachTheSdk() throws Exception {
    String table = create("id BIGINT, v STRING", "");
    String upload = String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
    // The SDK shows milliseconds; so long a text takes more than one.
    String metrics = write(upload, 0, row("1", "a".repeat(8_000_000)));
    assertThat(metrics).containsPattern("serverTotalCost=[1-9][0-9]*");
  }

  @Test
  @DisplayName("regular-tunnel 1.6: quota and tags are accepted and the quota is told back")
  @Tag("covers:upload-create/quota")
  @Tag("covers:upload-create/tags")
  @Tag("covers:discovery/quota")
  void quotaAndTagsAreAcceptedAndTheQuotaIsToldBack() throws Exception {
    String table = create("id BIGINT, v STRING", "");
    try (DrivenProgram tagged = OfficialClients.sdk(server.endpoint())) {
      tagged.call(
          "open",
          Map.of(
              "endpoint",
              server.endpoint().toString(),
              "project",
              OfficialClients.PROJECT,
              "accessId",
              OfficialClients.ACCESS_ID,
              "accessKey",
              OfficialClients.SECRET,
              "quota",
              "fast lane",
              "tags",
              List.of("nightly", "team=a")));
      Map<String, Object> created = tagged.ask("createUpload", Map.of("table", table));
      assertThat(created.get("quota")).isEqualTo("fast lane");
      String upload = String.valueOf(created.get("upload"));
      tagged.call(
          "writeRecords", Map.of("upload", upload, "block", 0, "rows", List.of(row("1", "a"))));
      tagged.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
      assertThat(Rows.of(tagged.ask("readArrow", Map.of("table", table))))
          .containsExactly(row("1", "a"));
    }
  }

  @Test
  @DisplayName("regular-tunnel 3.4: rows that were replaced are refused unless the SDK wants them")
  @Tag("covers:download-data/modified")
  @Tag("covers:download-data/unchecked")
  void rowsThatWereReplacedAreRefusedUnlessTheSdkWantsThem() throws Exception {
    String table = create("id BIGINT, v STRING", "");
    sql("INSERT INTO " + table + " VALUES (1, 'old');");
    String download = String.valueOf(sdk.call("createDownload", Map.of("table", table)));
    sql("INSERT INTO " + table + " VALUES (2, 'added');");
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThat(read(reader, table, Map.of("download", download)))
          .as(reader)
          .containsExactly(row("1", "old"));
    }
    sql("INSERT OVERWRITE TABLE " + table + " VALUES (3, 'new');");
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThatThrownBy(() -> read(reader, table, Map.of("download", download)))
          .as(reader)
          .hasMessageContaining("TableModified");
      assertThat(read(reader, table, Map.of("download", download, "unchecked", true)))
          .as(reader)
          .containsExactly(row("1", "old"));
    }
    assertThat(read("readRecords", table, Map.of())).containsExactly(row("3", "new"));
  }

  @Test
  @DisplayName("regular-tunnel 3.7: the preview has data columns, then partition columns")
  @Tag("covers:preview/normal")
  @Tag("covers:preview/extended-types")
  @Tag("covers:preview/partition")
  @Tag("covers:preview/whole-table")
  @Tag("covers:preview/limit")
  @Tag("covers:preview/columns")
  void thePreviewHasDataColumnsThenPartitionColumns() throws Exception {
    String table =
        create(
            "id BIGINT, v STRING, n DECIMAL(10,2), at TIMESTAMP, tags ARRAY<STRING>",
            " PARTITIONED BY (ds STRING, hh BIGINT)");
    sql(
        "INSERT INTO "
            + table
            + " PARTITION (ds='a', hh=1) VALUES (1, '中', 1.50,"
            + " TIMESTAMP '1969-12-31 23:59:59.999999999', ARRAY('x', 'y')),"
            + " (2, NULL, NULL, NULL, NULL);");
    sql("INSERT INTO " + table + " PARTITION (ds='b', hh=2) VALUES (3, 'z', 0, NULL, NULL);");
    assertThat(preview(table, Map.of("partition", "ds='a',hh='1'")))
        .containsExactly(
            cells("1", "中", "1.5", cells("-1", "999999999"), cells("x", "y"), "a", "1"),
            cells("2", null, null, null, null, "a", "1"));
    assertThat(preview(table, Map.of())).hasSize(3);
    assertThat(preview(table, Map.of("limit", 2))).hasSize(2);
    assertThat(preview(table, Map.of("columns", List.of("hh", "v"), "partition", "ds=b,hh=2")))
        .containsExactly(cells("z", "2"));
  }

  @Test
  @DisplayName("regular-tunnel 3.7: the preview of an empty table has no rows")
  @Tag("covers:preview/empty")
  void thePreviewOfAnEmptyTableHasNoRows() throws Exception {
    assertThat(preview(create("id BIGINT, v STRING", ""), Map.of())).isEmpty();
  }

  @Test
  @DisplayName("regular-tunnel 5.3: the preview shows decimals without parameters")
  @Tag("covers:preview/legacy-decimal")
  void thePreviewShowsDecimalsWithoutParameters() throws Exception {
    String table = create("id BIGINT, n DECIMAL", "");
    sql(
        "INSERT INTO "
            + table
            + " VALUES (1, 12345678901234567890.123456789012345678), (2, NULL),"
            + " (3, -0.000000000000000001);");
    assertThat(preview(table, Map.of()))
        .containsExactly(
            cells("1", "12345678901234567890.123456789012345678"),
            cells("2", null),
            cells("3", "-0.000000000000000001"));
  }

  private String create(String columns, String more) throws IOException {
    String table = "options_" + tables++;
    sql("CREATE TABLE " + table + " (" + columns + ")" + more + ";");
    return table;
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement));
  }

  /** Writes one row as block 0; returns the metrics. */
  private String write(String upload, int version, List<@Nullable Object> row) throws IOException {
    return String.valueOf(
        sdk.ask(
                "writeRecords",
                Map.of("upload", upload, "block", 0, "version", version, "rows", List.of(row)))
            .get("metrics"));
  }

  private List<List<@Nullable Object>> read(String reader, String table, Map<String, Object> more)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("table", table);
    return Rows.of(sdk.ask(reader, arguments));
  }

  @SuppressWarnings("unchecked")
  private List<List<@Nullable Object>> preview(String table, Map<String, Object> more)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("table", table);
    return (List<List<@Nullable Object>>) sdk.ask("preview", arguments).get("rows");
  }

  private static List<@Nullable Object> row(String id, String v) {
    return cells(id, v);
  }

  private static List<@Nullable Object> cells(@Nullable Object... cells) {
    return new ArrayList<>(Arrays.asList(cells));
  }
}
