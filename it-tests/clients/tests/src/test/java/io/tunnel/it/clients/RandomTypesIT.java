package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.session.BodyFormat;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.server.LocalTunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables of random types, nested three deep, and random values with the extremes of their types.
 * Each table is written in parts by the official SDK and by our library, as Arrow and as records,
 * and read as a whole by every reader of both; what comes back is compared, cell by cell, with what
 * went in.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomTypesIT {
  private static final int COLUMNS = 12;
  private static final int ROWS_OF_A_PART = 12;

  private LocalTunnel server;
  private DrivenProgram sdk;
  private OurClient ours;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
    ours = new OurClient(server.endpoint(), ContentCoding.NONE);
  }

  @AfterAll
  void stop() throws Exception {
    ours.close();
    sdk.close();
    server.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 15);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("regular-tunnel 4: what either encoding carries is read by all")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/depth-3")
  @Tag("covers:values-arrow/depth-3")
  @Tag("covers:values-instance/depth-3")
  @Tag("covers:values-protobuf/nan-and-zero")
  @Tag("covers:values-arrow/nan-and-zero")
  @Tag("covers:values-protobuf/decimal-38")
  @Tag("covers:values-arrow/decimal-38")
  @Tag("covers:values-protobuf/json")
  @Tag("covers:values-arrow/json")
  void whatEitherEncodingCarriesIsReadByAll(long seed) throws Exception {
    List<Samples> columns =
        RandomColumns.make(seed, RandomColumns.Kind.BOTH_ENCODINGS, COLUMNS, 4 * ROWS_OF_A_PART);
    String table = create("random_" + seed, columns);
    List<List<@Nullable Object>> rows = rows(columns);
    List<List<List<@Nullable Object>>> parts = parts(rows, 4);

    String upload = upload(table);
    sdk.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", parts.get(0)));
    sdk.call("writeArrow", Map.of("upload", upload, "block", 1, "batches", List.of(parts.get(1))));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0, 1)));
    uploadOurs(table, Map.of(BodyFormat.ARROW, parts.get(2), BodyFormat.RECORD, parts.get(3)));

    Map<String, List<String>> differences = readAsRecords(table, columns, rows);
    differences.put(
        "our Arrow download",
        Rows.differences(columns, Rows.ordered(ours.download(table, null)), rows));
    differences.put(
        "our SQL result as Arrow",
        Rows.differences(columns, Rows.ordered(ours.select("SELECT * FROM " + table)), rows));
    differences.put(
        "official Arrow reader",
        Rows.differences(columns, Rows.of(sdk.ask("readArrow", Map.of("table", table))), rows));
    assertThat(differences).allSatisfy((reader, found) -> assertThat(found).as(reader).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("regular-tunnel 4.2: what only records carry is read by all")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/depth-3")
  @Tag("covers:values-protobuf/legacy-decimal")
  @Tag("covers:values-protobuf/intervals")
  void whatOnlyRecordsCarryIsReadByAll(long seed) throws Exception {
    List<Samples> columns =
        RandomColumns.make(1000 + seed, RandomColumns.Kind.RECORDS, COLUMNS, 2 * ROWS_OF_A_PART);
    String table = create("records_" + seed, columns);
    List<List<@Nullable Object>> rows = rows(columns);
    List<List<List<@Nullable Object>>> parts = parts(rows, 2);

    String upload = upload(table);
    sdk.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", parts.get(0)));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    uploadOurs(table, Map.of(BodyFormat.RECORD, parts.get(1)));

    assertThat(readAsRecords(table, columns, rows))
        .allSatisfy((reader, found) -> assertThat(found).as(reader).isEmpty());
  }

  private Map<String, List<String>> readAsRecords(
      String table, List<Samples> columns, List<List<@Nullable Object>> rows) throws Exception {
    String select = "SELECT * FROM " + table;
    Map<String, List<String>> differences = new TreeMap<>();
    differences.put(
        "official record reader",
        Rows.differences(columns, Rows.of(sdk.ask("readRecords", Map.of("table", table))), rows));
    differences.put(
        "official instance tunnel",
        Rows.differences(
            columns, Rows.of(sdk.ask("select", Map.of("statement", select + ";"))), rows));
    differences.put(
        "our download in extended form",
        Rows.differences(columns, Rows.ordered(ours.downloadExtended(table)), rows));
    differences.put(
        "our SQL result in extended form",
        Rows.differences(columns, Rows.ordered(ours.selectExtended(select)), rows));
    return differences;
  }

  private String create(String table, List<Samples> columns) throws Exception {
    sdk.call(
        "sql",
        Map.of(
            "statement",
            "CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ");"));
    return table;
  }

  private String upload(String table) throws Exception {
    return String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
  }

  private void uploadOurs(String table, Map<BodyFormat, List<List<@Nullable Object>>> parts)
      throws Exception {
    UploadSession session =
        ours.client().createUpload(OurClient.table(table), new UploadOptions(null, false, false));
    for (Map.Entry<BodyFormat, List<List<@Nullable Object>>> part : parts.entrySet()) {
      ours.writeBlock(session, part.getKey().ordinal(), part.getKey(), part.getValue());
    }
    session.commit(Set.copyOf(parts.keySet().stream().map(BodyFormat::ordinal).toList()));
  }

  private static List<List<@Nullable Object>> rows(List<Samples> columns) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int row = 0; row < columns.get(0).values().size(); row++) {
      List<@Nullable Object> cells = new ArrayList<>();
      for (Samples column : columns) {
        cells.add(column.values().get(row));
      }
      rows.add(cells);
    }
    return Rows.numbered(rows, 0);
  }

  private static List<List<List<@Nullable Object>>> parts(
      List<List<@Nullable Object>> rows, int count) {
    List<List<List<@Nullable Object>>> parts = new ArrayList<>();
    int size = rows.size() / count;
    for (int part = 0; part < count; part++) {
      parts.add(rows.subList(part * size, (part + 1) * size));
    }
    return parts;
  }
}
