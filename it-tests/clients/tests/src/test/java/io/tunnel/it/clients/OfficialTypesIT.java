package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.LocalTunnel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/** Every type through the official SDK, against the local server. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialTypesIT {
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
    String table = tables.createTable(columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<List<@Nullable Object>> more = Rows.numbered(EveryType.rows(columns), rows.size());

    String upload = tables.createUpload(table, Map.of());
    tables.writeRecords(upload, 0, rows, compression);
    tables.writeRecords(upload, 7, more, compression);
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of(0, 7));
    assertThat(sdk.call("uploadStatus", Map.of("upload", upload))).isEqualTo("NORMAL");
    tables.commit(upload, 0, 7);
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
    String table = tables.createTable(columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    List<List<@Nullable Object>> more = Rows.numbered(EveryType.rows(columns), rows.size());

    String upload = tables.createUpload(table, Map.of());
    tables.writeArrow(
        upload,
        3,
        List.of(rows.subList(0, 3), List.of(), rows.subList(3, rows.size())),
        compression);
    tables.writeArrow(upload, 19_999, List.of(more), compression);
    tables.commit(upload, 3, 19_999);

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
    String table = tables.createTable(columns);
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
    String table = tables.createTable(List.of(new Samples("ts", "TIMESTAMP", List.of())));
    String upload = tables.createUpload(table, Map.of());
    assertThatThrownBy(
            () ->
                tables.writeRecords(
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
        tables.createTable(
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
}
