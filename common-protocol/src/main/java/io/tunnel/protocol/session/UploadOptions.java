package io.tunnel.protocol.session;

import io.tunnel.protocol.type.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a commit does. One upload session covers one partition of a table, or a table without
 * partitions.
 *
 * @param partition the target; null for a table without partitions
 * @param overwrite whether the commit replaces what the target holds, instead of adding to it
 * @param createPartition whether a missing partition is created together with the session
 */
public record UploadOptions(
    @Nullable PartitionSpec partition, boolean overwrite, boolean createPartition) {
  /** Adds to a table without partitions. */
  public static UploadOptions append() {
    return new UploadOptions(null, false, false);
  }

  /** Replaces the content of a table without partitions. */
  public static UploadOptions replace() {
    return new UploadOptions(null, true, false);
  }

  /** The same for a partition. */
  public UploadOptions inPartition(@Nullable PartitionSpec spec) {
    return new UploadOptions(spec, overwrite, createPartition);
  }

  /** The same, replacing or not. */
  public UploadOptions withOverwrite(boolean replaces) {
    return new UploadOptions(partition, replaces, createPartition);
  }

  /** The same, creating a missing partition or not. */
  public UploadOptions withCreatePartition(boolean creates) {
    return new UploadOptions(partition, overwrite, creates);
  }
}
