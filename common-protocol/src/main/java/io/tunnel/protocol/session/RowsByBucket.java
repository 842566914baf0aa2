package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.BucketHash;
import java.util.Arrays;

/** Row numbers in the order of their buckets, each bucket's in the order they had. Used again. */
final class RowsByBucket {
  private final int buckets;

  /** For each bucket where it ends; behind the sort where the next one begins. */
  private final int[] ends;

  private int[] rows = new int[0];

  RowsByBucket(int buckets) {
    this.buckets = buckets;
    ends = new int[buckets + 1];
  }

  /**
   * Sorts by counting.
   *
   * @param hashes for each row of the batch its hash
   * @param numbers row numbers
   * @param from index in {@code numbers} of the first one
   * @param to index behind the last one
   */
  void sort(int[] hashes, int[] numbers, int from, int to) {
    if (rows.length < to - from) {
      rows = new int[to - from];
    }
    Arrays.fill(ends, 0);
    for (int i = from; i < to; i++) {
      ends[BucketHash.bucket(hashes[numbers[i]], buckets) + 1]++;
    }
    for (int bucket = 0; bucket < buckets; bucket++) {
      ends[bucket + 1] += ends[bucket];
    }
    // Each entry is now the start of its bucket, and moves to its end.
    for (int i = from; i < to; i++) {
      int row = numbers[i];
      rows[ends[BucketHash.bucket(hashes[row], buckets)]++] = row;
    }
  }

  int[] rows() {
    return rows;
  }

  int start(int bucket) {
    return bucket == 0 ? 0 : ends[bucket - 1];
  }

  int end(int bucket) {
    return ends[bucket];
  }
}
