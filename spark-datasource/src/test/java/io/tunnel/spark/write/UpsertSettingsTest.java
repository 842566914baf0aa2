package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpsertSettingsTest {
  @Test
  void rowsAreInsertedUnlessTheModeSaysOtherwise() {
    assertThat(UpsertSettings.of(Map.of(), true)).isNull();
    assertThat(UpsertSettings.of(Map.of("writeMode", " Insert "), true)).isNull();
    assertThat(UpsertSettings.of(Map.of("writeMode", "DELETE"), true).mode())
        .isEqualTo(WriteMode.DELETE);
  }

  @Test
  void sizesAndTimesAreReadWithTheirUnits() {
    UpsertSettings settings =
        UpsertSettings.of(
            Map.of(
                "writeMode", "upsert",
                "operationColumn", " op ",
                "orderColumn", "seq",
                "upsert.write.slot-num", "3",
                "upsert.writer.buffer-size", "8m",
                "upsert.writer.bucket.buffer-size", "131072",
                "upsert.flush.concurrent", "4",
                "upsert.commit.timeout", "90s",
                "upsert.commit.thread-num", "5"),
            false);
    assertThat(settings)
        .isEqualTo(
            new UpsertSettings(
                WriteMode.UPSERT,
                "op",
                "seq",
                false,
                3,
                8 << 20,
                128 << 10,
                4,
                Duration.ofSeconds(90),
                5));
    assertThat(UpsertSettings.of(Map.of("writeMode", "upsert"), true))
        .as("the values of the documentation")
        .isEqualTo(
            new UpsertSettings(
                WriteMode.UPSERT,
                null,
                null,
                true,
                1,
                64 << 20,
                1 << 20,
                2,
                Duration.ofMinutes(10),
                16));
  }

  @Test
  void whatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> UpsertSettings.of(Map.of("writeMode", "replace"), true))
        .hasMessage(
            "The option writeMode cannot be \"replace\"; it is one of insert, upsert, delete");
    assertThatThrownBy(() -> with("upsert.writer.buffer-size", "much"))
        .hasMessageContaining("upsert.writer.buffer-size cannot be \"much\"");
    assertThatThrownBy(() -> with("upsert.commit.timeout", "soon"))
        .hasMessageContaining("upsert.commit.timeout cannot be \"soon\"");
    assertThatThrownBy(() -> with("upsert.commit.thread-num", "33"))
        .hasMessageContaining("upsert.commit.thread-num")
        .hasMessageContaining("1 to 32");
    assertThatThrownBy(() -> UpsertSettings.of(Map.of("orderColumn", "seq"), true))
        .hasMessage("The option orderColumn needs option(\"writeMode\", \"upsert\")");
  }

  private static void with(String name, String value) {
    UpsertSettings.of(Map.of("writeMode", "upsert", name, value), true);
  }
}
