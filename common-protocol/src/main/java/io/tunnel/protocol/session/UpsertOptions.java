package io.tunnel.protocol.session;

import io.tunnel.protocol.type.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * What an upsert session is for. One session covers one partition, which must exist, or a table
 * without partitions.
 *
 * @param partition the target; null for a table without partitions
 * @param slotNum how many slots of the quota the session asks for, at least 1 ({@code
 *     upsert.write.slot-num})
 * @param lifecycleHours how long the session may live, 1 to 24; 0 leaves it to the service
 */
public record UpsertOptions(@Nullable PartitionSpec partition, int slotNum, int lifecycleHours) {
  private static final int MOST_HOURS = 24;

  /** Checks the ranges. */
  public UpsertOptions {
    if (slotNum < 1) {
      throw new IllegalArgumentException("slotNum is " + slotNum + ", at least 1 is needed");
    }
    if (lifecycleHours < 0 || lifecycleHours > MOST_HOURS) {
      throw new IllegalArgumentException(
          "lifecycleHours is " + lifecycleHours + ", allowed are 1 to 24, or 0 for the default");
    }
  }

  /** One slot and the life of the service's choice, for a table without partitions. */
  public static UpsertOptions defaults() {
    return new UpsertOptions(null, 1, 0);
  }

  /** The same for a partition. */
  public UpsertOptions inPartition(@Nullable PartitionSpec spec) {
    return new UpsertOptions(spec, slotNum, lifecycleHours);
  }
}
