package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class UpsertOrderingTest {
  @Test
  void everyColumnThatCanBeSortedIsPartOfTheOrderSoThatNoChoiceIsLeftToChance() {
    StructType rows =
        StructType.fromDDL("a INT, k2 STRING, m MAP<INT, INT>, `seq.no` INT, p DATE, k1 INT");
    assertThat(
            Arrays.stream(UpsertOrdering.of(rows, new int[] {4}, new int[] {5, 1}, "SEQ.NO"))
                .map(order -> order.expression().describe()))
        .containsExactly("p", "k1", "k2", "`seq.no`", "a");
    assertThat(
            Arrays.stream(UpsertOrdering.of(rows, new int[0], new int[] {5}, null))
                .map(order -> order.expression().describe()))
        .containsExactly("k1", "a", "k2", "`seq.no`", "p");
  }
}
