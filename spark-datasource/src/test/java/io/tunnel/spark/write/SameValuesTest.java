package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class SameValuesTest {
  private static final StructType ROWS =
      StructType.fromDDL("v BIGINT, a INT, b STRING, c DECIMAL(30,2), d BINARY");

  private final SameValues sameKey = new SameValues(ROWS, new int[] {1, 2, 3, 4});
  private final HeldRow held = new HeldRow(ROWS);
  private final HeldRow other = new HeldRow(ROWS);

  private static InternalRow row(long v, Integer a, String b, String c, byte... d) {
    return new GenericInternalRow(
        new Object[] {
          v,
          a,
          b == null ? null : UTF8String.fromString(b),
          c == null ? null : Decimal.apply(new BigDecimal(c), 30, 2),
          d
        });
  }

  private boolean same(InternalRow one, InternalRow next) {
    held.hold(held.binary(one));
    return sameKey.in(held.row(), other.binary(next));
  }

  @Test
  void onlyTheChosenColumnsAreCompared() {
    assertThat(same(row(1, 7, "k", "1.00", (byte) 1), row(2, 7, "k", "1.00", (byte) 1))).isTrue();
    assertThat(same(row(1, 7, "k", "1.00"), row(1, 8, "k", "1.00"))).isFalse();
    assertThat(same(row(1, 7, "k", "1.00"), row(1, 7, "kk", "1.00"))).isFalse();
    assertThat(same(row(1, 7, "k", "1.00"), row(1, 7, "l", "1.00"))).isFalse();
    assertThat(same(row(1, 7, "k", "1.00"), row(1, 7, "k", "1.01"))).isFalse();
    assertThat(same(row(1, 7, "k", "1.00", (byte) 1), row(1, 7, "k", "1.00", (byte) 2))).isFalse();
  }

  @Test
  void valuesAreFoundWhereverTheyLieInTheRow() {
    InternalRow one = row(1, 7, "a key of another length than a word", "99999999999999999999.25");
    InternalRow next = row(9, 7, "a key of another length than a word", "99999999999999999999.25");
    assertThat(same(one, next)).isTrue();
  }

  @Test
  void nullEqualsOnlyNull() {
    assertThat(same(row(1, null, null, null), row(2, null, null, null))).isTrue();
    assertThat(same(row(1, null, "k", "1.00"), row(1, 0, "k", "1.00"))).isFalse();
    assertThat(same(row(1, 1, "", "1.00"), row(1, 1, null, "1.00"))).isFalse();
  }

  @Test
  void aHeldRowStaysWhenSparkUsesItsRowAgain() {
    InternalRow longer =
        row(5, 7, "a text that is longer than the first memory ".repeat(20), "1.00");
    UnsafeRow sparks = other.binary(longer);
    held.hold(sparks);
    UnsafeRow before = sparks.copy();
    other.binary(row(6, 8, "short", "2.00"));
    assertThat(held.row()).isEqualTo(before);
    assertThat(held.isEmpty()).isFalse();
    held.clear();
    assertThat(held.isEmpty()).isTrue();
  }
}
