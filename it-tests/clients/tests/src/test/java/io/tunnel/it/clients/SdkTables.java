package io.tunnel.it.clients;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes, writes and reads tables with the official SDK. */
final class SdkTables {
  private final DrivenProgram sdk;
  private int made;

  SdkTables(DrivenProgram sdk) {
    this.sdk = sdk;
  }

  /** A number for the name of a table, another with each call. */
  int number() {
    return made++;
  }

  String createTable(List<Samples> columns) throws IOException {
    String table = "sdk_" + number();
    sql("CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ");");
    return table;
  }

  void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement));
  }

  String createUpload(String table, Map<String, Object> more) throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("table", table);
    return String.valueOf(sdk.ask("createUpload", arguments).get("upload"));
  }

  void upload(String table, @Nullable String partition, List<List<@Nullable Object>> rows)
      throws IOException {
    String upload =
        createUpload(table, partition == null ? Map.of() : Map.of("partition", partition));
    writeRecords(upload, 0, rows, "ODPS_RAW");
    commit(upload, 0);
  }

  List<List<@Nullable Object>> readPartition(String table, String partition) throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", table, "partition", partition)));
  }

  void writeRecords(String upload, int block, List<List<@Nullable Object>> rows, String compression)
      throws IOException {
    sdk.call(
        "writeRecords",
        Map.of("upload", upload, "block", block, "rows", rows, "compression", compression));
  }

  void writeArrow(
      String upload, int block, List<List<List<@Nullable Object>>> batches, String compression)
      throws IOException {
    sdk.call(
        "writeArrow",
        Map.of("upload", upload, "block", block, "batches", batches, "compression", compression));
  }

  void commit(String upload, Integer... blocks) throws IOException {
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(blocks)));
  }
}
