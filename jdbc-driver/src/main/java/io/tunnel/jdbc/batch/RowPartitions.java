package io.tunnel.jdbc.batch;

import io.tunnel.protocol.type.PartitionSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a batch belong.
 *
 * @param ofRow for each row the index of its partition in the batch
 * @param specs the partitions of the batch; null is the table that has none
 * @param numbers the numbers of these partitions, which are the same in every batch
 */
record RowPartitions(int[] ofRow, List<@Nullable PartitionSpec> specs, int[] numbers) {

  /** The number of a row's partition. */
  int number(int row) {
    return numbers[ofRow[row]];
  }
}
