package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.BucketHasher;
import io.tunnel.protocol.pack.UpsertBatch;

/** The hashes of the rows of one batch after the other, and the numbers of all its rows. */
final class BatchHashes {
  private final BucketHasher hasher;
  private int[] hashes = new int[0];
  private int[] rows = new int[0];

  BatchHashes(BucketHasher hasher) {
    this.hasher = hasher;
  }

  /** Hashes the keys of a batch. */
  void take(UpsertBatch batch) {
    int count = batch.rows();
    if (hashes.length < count) {
      hashes = new int[count];
      rows = new int[count];
      for (int i = 0; i < count; i++) {
        rows[i] = i;
      }
    }
    hasher.hash(batch.keyVectors(), count, hashes);
  }

  /** Whether a hasher hashes as this does. */
  boolean isOf(BucketHasher other) {
    return hasher.hashesAs(other);
  }

  int[] hashes() {
    return hashes;
  }

  /** 0, 1, 2 and so on, at least as many as the batch has rows. */
  int[] rows() {
    return rows;
  }
}
