package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The edges of the types: what still fits, what is refused and by whom, and what the official SDK
 * itself cannot carry.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypeLimitsIT {
  private static final int FIELD_BYTES = 8 * 1024 * 1024;

  /**
   * What the official SDK 0.57.1 does not carry, though the type has it.
   *
   * @param type the type
   * @param value a value that it has
   * @param writer the writer of the SDK
   * @param came what came instead, or the message of the refusal
   * @param reason why
   */
  private record Gap(String type, String value, String writer, String came, String reason) {
    @Override
    public String toString() {
      return type + " " + value + " by " + writer + ": " + reason;
    }
  }

  static List<Gap> gaps() {
    return List.of(
        new Gap(
            "BIGINT",
            "-9223372036854775808",
            "writeRecords",
            "InvalidData",
            "the SDK says that the service has no such value"),
        new Gap(
            "INTERVAL_DAY_TIME",
            "1.000000001",
            "writeArrow",
            "1",
            "its Arrow layout is days and milliseconds"));
  }

  private LocalTunnel server;
  private DrivenProgram sdk;
  private OurClient ours;
  private int tables;

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

  @ParameterizedTest
  @MethodSource("gaps")
  @DisplayName("regular-tunnel 4.2.2: what the official SDK cannot carry")
  @Tag("client:official-sdk")
  void whatTheOfficialSdkCannotCarry(Gap gap) throws Exception {
    String table = create(gap.type());
    String came;
    try {
      writeBySdk(table, gap.writer(), List.of(row(0, gap.value())));
      came = String.valueOf(Rows.of(sdk.ask("readRecords", Map.of("table", table))).get(0).get(1));
    } catch (IOException e) {
      came = String.valueOf(e.getMessage());
    }
    assertThat(came).as(gap.reason()).contains(gap.came());
  }

  @Test
  @DisplayName(
      "regular-tunnel 4.2.2: the smallest BIGINT is read as Arrow only by the official SDK")
  @Tag("client:official-sdk")
  @Tag("covers:values-arrow/smallest-bigint")
  void theSmallestBigintIsReadAsArrowOnlyByTheOfficialSdk() throws Exception {
    String table = create("BIGINT");
    List<List<@Nullable Object>> rows = List.of(row(0, "-9223372036854775808"));
    ours.upload(table, null, List.of(rows));
    assertThat(Rows.of(sdk.ask("readArrow", Map.of("table", table)))).isEqualTo(rows);
    assertThat(ours.download(table, null)).isEqualTo(rows);
    assertThatThrownBy(() -> sdk.ask("readRecords", Map.of("table", table)))
        .hasMessageContaining("MaxCompute does not support Long type with a value of -2^63");
  }

  @Test
  @DisplayName("regular-tunnel 2.8: a string of eight megabytes fits and one byte more does not")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/text-8mb")
  @Tag("covers:values-arrow/text-8mb")
  @Tag("covers:upload-put/field-limit")
  void aStringOfEightMegabytesFitsAndOneByteMoreDoesNot() throws Exception {
    String table = create("STRING");
    String full = "中".repeat(FIELD_BYTES / 3) + "ab";
    assertThat(full.getBytes(StandardCharsets.UTF_8)).hasSize(FIELD_BYTES);
    writeBySdk(table, "writeRecords", List.of(row(0, full)));
    writeBySdk(table, "writeArrow", List.of(row(1, full)));
    ours.upload(table, null, List.of(List.of(row(2, full))));
    assertRead(table, List.of(row(0, full), row(1, full), row(2, full)));

    String more = full + "c";
    assertThatThrownBy(() -> writeBySdk(table, "writeRecords", List.of(row(3, more))))
        .hasMessageContaining(String.valueOf(FIELD_BYTES));
    assertThatThrownBy(() -> writeBySdk(table, "writeArrow", List.of(row(3, more))))
        .hasMessageContaining("MalformedDataStream")
        .hasMessageContaining("Column v")
        .hasMessageContaining("row 1")
        .hasMessageContaining(String.valueOf(FIELD_BYTES));
    assertThatThrownBy(() -> ours.upload(table, null, List.of(List.of(row(3, more)))))
        .hasMessageContaining("Column v")
        .hasMessageContaining(String.valueOf(FIELD_BYTES));
    assertThat(ours.download(table, null)).hasSize(3);
  }

  @Test
  @DisplayName("regular-tunnel 4.2.2: CHAR is not padded on the wire and its length is checked")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/char")
  @Tag("covers:values-arrow/char")
  void charIsNotPaddedOnTheWireAndItsLengthIsChecked() throws Exception {
    String table = create("CHAR(5)");
    List<List<@Nullable Object>> rows =
        List.of(row(0, "ab"), row(1, ""), row(2, "五文字です"), row(3, "😀😀"));
    writeBySdk(table, "writeRecords", rows.subList(0, 1));
    writeBySdk(table, "writeArrow", rows.subList(1, 2));
    ours.upload(table, null, List.of(rows.subList(2, 4)));
    assertRead(table, rows);
    assertThatThrownBy(() -> writeBySdk(table, "writeArrow", List.of(row(4, "abcdef"))))
        .hasMessageContaining("MalformedDataStream")
        .hasMessageContaining("Column v");
    assertThatThrownBy(() -> ours.upload(table, null, List.of(List.of(row(4, "abcdef")))))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("Column v");
  }

  @Test
  @DisplayName("regular-tunnel 5.3: decimals without parameters travel as records")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/legacy-decimal")
  @Tag("covers:values-arrow/legacy-decimal")
  void decimalsWithoutParametersTravelAsRecords() throws Exception {
    String table = create("DECIMAL");
    List<List<@Nullable Object>> rows =
        List.of(
            row(0, "99999999999999999999.999999999999999999"),
            row(1, "-0.000000000000000001"),
            row(2, "0"),
            row(3, null));
    writeBySdk(table, "writeRecords", rows.subList(0, 2));
    ours.upload(table, null, List.of(rows.subList(2, 4)));
    assertRead(table, rows);
  }

  @Test
  @DisplayName("regular-tunnel 5: intervals are read by all")
  @Tag("client:official-sdk")
  @Tag("covers:values-protobuf/intervals")
  @Tag("covers:values-arrow/intervals")
  void intervalsAreReadByAll() throws Exception {
    String table = create("INTERVAL_DAY_TIME");
    List<List<@Nullable Object>> rows =
        List.of(row(0, "-1.5"), row(1, "8640000000.999"), row(2, "0"), row(3, "-0.001"));
    writeBySdk(table, "writeRecords", rows.subList(0, 2));
    writeBySdk(table, "writeArrow", rows.subList(2, 4));
    assertRead(table, rows);
  }

  private void assertRead(String table, List<List<@Nullable Object>> rows) throws Exception {
    List<Samples> columns = List.of(new Samples("v", "the type", List.of()));
    assertThat(
            Rows.differences(
                columns, Rows.of(sdk.ask("readRecords", Map.of("table", table))), rows))
        .as("official records")
        .isEmpty();
    assertThat(
            Rows.differences(columns, Rows.of(sdk.ask("readArrow", Map.of("table", table))), rows))
        .as("official Arrow")
        .isEmpty();
    assertThat(Rows.differences(columns, Rows.ordered(ours.download(table, null)), rows))
        .as("ours")
        .isEmpty();
  }

  private String create(String type) throws Exception {
    String table = "limits_" + tables++;
    sdk.call("sql", Map.of("statement", "CREATE TABLE " + table + " (id BIGINT, v " + type + ");"));
    return table;
  }

  private void writeBySdk(String table, String writer, List<List<@Nullable Object>> rows)
      throws Exception {
    String upload = String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
    if (writer.equals("writeArrow")) {
      sdk.call(writer, Map.of("upload", upload, "block", 0, "batches", List.of(rows)));
    } else {
      sdk.call(writer, Map.of("upload", upload, "block", 0, "rows", rows));
    }
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
  }

  private static List<@Nullable Object> row(int id, @Nullable Object value) {
    return new ArrayList<>(Arrays.asList(String.valueOf(id), value));
  }
}
