package io.tunnel.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PartitionValueColumnTest {
  @Test
  void theValueIsTheSameInEveryRow() {
    assertThat(column("string", "中").getUTF8String(3)).hasToString("中");
    assertThat(column("varchar(5)", "x").getUTF8String(0)).hasToString("x");
    assertThat(column("bigint", "-7").getLong(9)).isEqualTo(-7);
    assertThat(column("int", "12").getInt(0)).isEqualTo(12);
    assertThat(column("smallint", "12").getShort(0)).isEqualTo((short) 12);
    assertThat(column("tinyint", "12").getByte(0)).isEqualTo((byte) 12);
    assertThat(column("date", "2026-02-28").getInt(0))
        .isEqualTo((int) LocalDate.of(2026, 2, 28).toEpochDay());
    assertThat(column("string", "x").isNullAt(0)).isFalse();
  }

  @Test
  void aValueThatIsNotOfItsTypeIsNamed() {
    assertThatThrownBy(() -> column("int", "1x"))
        .hasMessage("Partition column p: \"1x\" is not of type int");
    assertThatThrownBy(() -> column("double", "1"))
        .hasMessageContaining("has the type double, which cannot be read");
  }

  private static PartitionValueColumn column(String type, String value) {
    return PartitionValueColumn.of(Column.of("p", type), value);
  }
}
