package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Values;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Collects the values of a STRING column. */
final class TextColumn {
  private final int[] offsets;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int rows;

  TextColumn(int capacity) {
    offsets = new int[capacity + 1];
  }

  void add(String value) {
    bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    offsets[++rows] = bytes.size();
  }

  Dataset.Column column(String name) {
    return new Dataset.Column(name, "STRING", new Values.Texts(offsets, bytes.toByteArray()));
  }
}
