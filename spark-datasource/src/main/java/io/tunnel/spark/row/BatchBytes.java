package io.tunnel.spark.row;

/** Bytes of the current batch beyond the fixed width of its rows: text, bytes, list elements. */
final class BatchBytes {
  private long variable;

  void add(long bytes) {
    variable += bytes;
  }

  long variable() {
    return variable;
  }

  void reset() {
    variable = 0;
  }
}
