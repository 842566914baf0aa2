package io.tunnel.protocol.session;

import java.util.Arrays;

/** Row numbers ordered by group, those of a group in the order they had. Used again and again. */
final class RowGroups {
  private int[] rows = new int[0];

  /** For each group where it ends; before the sort where it begins, one place further. */
  private int[] ends = new int[1];

  /**
   * Sorts by counting.
   *
   * @param groups how many groups there are
   * @param groupOfRow for each row of the batch its group
   * @param numbers row numbers
   * @param from index in {@code numbers} of the first one
   * @param to index behind the last one
   */
  void sort(int groups, int[] groupOfRow, int[] numbers, int from, int to) {
    if (rows.length < to - from) {
      rows = new int[to - from];
    }
    if (ends.length <= groups) {
      ends = new int[groups + 1];
    } else {
      Arrays.fill(ends, 0);
    }
    for (int i = from; i < to; i++) {
      ends[groupOfRow[numbers[i]] + 1]++;
    }
    for (int group = 0; group < groups; group++) {
      ends[group + 1] += ends[group];
    }
    // Each entry is now the start of its group, and moves to its end.
    for (int i = from; i < to; i++) {
      int row = numbers[i];
      rows[ends[groupOfRow[row]]++] = row;
    }
  }

  int[] rows() {
    return rows;
  }

  int start(int group) {
    return group == 0 ? 0 : ends[group - 1];
  }

  int end(int group) {
    return ends[group];
  }
}
