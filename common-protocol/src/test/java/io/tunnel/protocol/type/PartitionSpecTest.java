package io.tunnel.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionSpecTest {
  private static final TableSchema TABLE =
      new TableSchema(
          List.of(Column.of("id", "bigint")),
          List.of(Column.of("ds", "string"), Column.of("HH", "int")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ds=2026-01-01,hh=10",
        "ds='2026-01-01',hh='10'",
        "ds=\"2026-01-01\"/hh=10",
        " DS = '2026-01-01' , Hh = 10 "
      })
  void everyFormOfWritingGivesTheSameSpec(String text) {
    PartitionSpec spec = PartitionSpec.parse(text);
    assertThat(spec).hasToString("ds=2026-01-01,hh=10");
    assertThat(spec.toQuotedString()).isEqualTo("ds='2026-01-01',hh='10'");
    assertThat(spec.toPathString()).isEqualTo("ds=2026-01-01/hh=10");
    assertThat(PartitionSpec.parse(spec.toQuotedString())).isEqualTo(spec);
    assertThat(PartitionSpec.parse(spec.toPathString())).isEqualTo(spec);
  }

  @Test
  void valuesMayHoldEqualsSignsAndLettersOfAnyScript() {
    PartitionSpec spec = PartitionSpec.parse("city=北京,note=a=b");
    assertThat(spec.values()).containsExactly(Map.entry("city", "北京"), Map.entry("note", "a=b"));
  }

  @ParameterizedTest
  @CsvSource({
    "'',is not of the form column=value",
    "ds,\"ds\" is not of the form column=value",
    "=1,\"=1\" is not of the form column=value",
    "'ds=1,ds=2',names the column ds twice",
    "'ds=1,DS=2',names the column ds twice",
    "'ds=1,',is not of the form column=value",
    "ds=,must not be empty",
    "ds='',must not be empty"
  })
  void whatIsNoSpecIsRefused(String text, String reason) {
    assertThatThrownBy(() -> PartitionSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a/b"})
  void separatorsInAValueAreRefused(String value) {
    assertThatThrownBy(() -> new PartitionSpec(Map.of("ds", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Partition column ds")
        .hasMessageContaining(value);
  }

  @Test
  void aSpecNeedsAColumn() {
    assertThatThrownBy(() -> new PartitionSpec(Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSpecIsPutIntoTheOrderOfTheTable() {
    assertThat(PartitionSpec.parse("hh=10,ds=2026-01-01").alignedTo(TABLE))
        .hasToString("ds=2026-01-01,hh=10");
  }

  @Test
  void missingAndUnknownColumnsAreNamed() {
    assertThatThrownBy(() -> PartitionSpec.parse("ds=1").alignedTo(TABLE))
        .hasMessageContaining("lacks a value for hh");
    assertThatThrownBy(() -> PartitionSpec.parse("ds=1,hh=2,mm=3").alignedTo(TABLE))
        .hasMessageContaining("no partition column mm");
  }
}
