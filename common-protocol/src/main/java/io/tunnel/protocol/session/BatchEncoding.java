package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import java.util.concurrent.CountDownLatch;
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

  private final CountDownLatch helped = new CountDownLatch(1);
  private @Nullable Throwable failure;

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
    try {
      encode(batch, encoder);
    } finally {
      next.set(targets.length);
      awaitHelper();
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
      try {
        encode(batch, encoder);
      } catch (RuntimeException | Error e) {
        failure = e;
        next.set(targets.length);
      } finally {
        helped.countDown();
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

  private void awaitHelper() {
    if (taken.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        helped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
