package io.tunnel.jdbc.batch;

import java.util.BitSet;

/**
 * Which rows of a batch found no row to change. Written by the worker thread, read when it is
 * through.
 */
final class RowOutcomes {
  private final BitSet missing = new BitSet();
  private int rows;

  /** Adds the outcome of the next rows, those in {@code absent} without a row to change. */
  void add(int count, BitSet absent) {
    for (int row = absent.nextSetBit(0); row >= 0; row = absent.nextSetBit(row + 1)) {
      missing.set(rows + row);
    }
    rows += count;
  }

  /** Whether the row found no row to change. */
  boolean isMissing(int row) {
    return missing.get(row);
  }
}
