package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class PartitionValuesTest {
  private static final StructType ROWS =
      StructType.fromDDL("d DATE, s STRING, b TINYINT, h SMALLINT, i INT, l BIGINT, x DOUBLE");
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("d", "date"),
          Column.of("s", "varchar(10)"),
          Column.of("b", "bigint"),
          Column.of("h", "smallint"),
          Column.of("i", "int"),
          Column.of("l", "tinyint"));

  private static PartitionValues all() {
    return new PartitionValues(COLUMNS, new int[] {0, 1, 2, 3, 4, 5}, ROWS);
  }

  private static GenericInternalRow row(Object date, String text) {
    return new GenericInternalRow(
        new Object[] {
          date, UTF8String.fromString(text), (byte) -1, (short) 300, 70_000, -5_000_000_000L, 1.0
        });
  }

  @Test
  void valuesBecomeTheTextThatNamesThePartition() {
    int day = (int) LocalDate.of(2026, 1, 31).toEpochDay();
    assertThat(all().of(row(day, "x y")))
        .hasToString("d=2026-01-31,s=x y,b=-1,h=300,i=70000,l=-5000000000");
  }

  @Test
  void whatNamesNoPartitionIsRefused() {
    assertThatThrownBy(() -> all().of(row(null, "x")))
        .hasMessageStartingWith("Partition column d: NULL names no partition");
    assertThatThrownBy(() -> all().of(row(1, ""))).hasMessageContaining("must not be empty");
    assertThatThrownBy(() -> all().of(row(1, "a/b"))).hasMessageContaining("column s");
    assertThatThrownBy(
            () -> new PartitionValues(List.of(Column.of("i", "int")), new int[] {6}, ROWS))
        .hasMessageContaining("Partition column i: Spark type double cannot be written as int");
    assertThatThrownBy(
            () -> new PartitionValues(List.of(Column.of("s", "string")), new int[] {0}, ROWS))
        .hasMessageContaining("cast it to string");
  }
}
