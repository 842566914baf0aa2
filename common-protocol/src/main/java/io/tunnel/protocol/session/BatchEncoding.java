package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the rows of one batch into the logs of their partitions. Each partition is encoded by one
 * thread, the partitions by the caller and, if there is time, a helper. The call that begins ends
 * after both: nobody reads the batch any more.
 */
final class BatchEncoding {
  private final @Nullable PartitionTarget[] targets;
  private final RowGroups groups;
  private final int[] hashes;
  private final AtomicInteger next = new AtomicInteger();

  /** Set by the helper that begins, or by the caller that does without. */
  private final AtomicBoolean taken = new AtomicBoolean();

  /** Ends with the helper, and tells why it has failed, or null. */
  private final CompletableFuture<@Nullable Throwable> helped = new CompletableFuture<>();

  /**
   * Rows that were sorted by their partition.
   *
   * @param targets for each group its partition; null if it has no rows
   */
  BatchEncoding(@Nullable PartitionTarget[] targets, RowGroups groups, int[] hashes) {
    this.targets = targets;
    this.groups = groups;
    this.hashes = hashes;
  }

  /** Encodes what the helper leaves, and waits for its end. */
  void run(UpsertBatch batch, UpsertEncoder encoder) {
    Throwable failure;
    try {
      encode(batch, encoder);
    } finally {
      next.set(targets.length);
      failure = awaitHelper();
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException known) {
      throw known;
    }
  }

  /** Encodes on another thread what the caller leaves. */
  void help(UpsertBatch batch, UpsertEncoder encoder) {
    if (taken.compareAndSet(false, true)) {
      Throwable failure = null;
      try {
        encode(batch, encoder);
      } catch (RuntimeException | Error e) {
        failure = e;
        next.set(targets.length);
      } finally {
        helped.complete(failure);
      }
    }
  }

  private void encode(UpsertBatch batch, UpsertEncoder encoder) {
    for (int i = next.getAndIncrement(); i < targets.length; i = next.getAndIncrement()) {
      PartitionTarget target = targets[i];
      if (target != null) {
        encoder.encode(batch, hashes, groups.rows(), groups.start(i), groups.end(i), target.log);
      }
    }
  }

  /** An interrupt does not end the wait, and stays. */
  private @Nullable Throwable awaitHelper() {
    return taken.compareAndSet(false, true) ? null : helped.join();
  }
}
