package io.tunnel.benchmark.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** The values of one column, without NULLs. */
public sealed interface Values {

  /** The number of rows. */
  int rows();

  /** The bytes of the values alone, as an Arrow vector would hold them. */
  long plainBytes();

  /** Every {@code step}th value, beginning with row {@code first}. */
  Values every(int step, int first);

  private static IntStream rows(int count, int step, int first) {
    return IntStream.iterate(first, row -> row < count, row -> row + step);
  }

  /**
   * BIGINT; DECIMAL(p,s) as the unscaled value; DATETIME as milliseconds since the epoch.
   *
   * @param values one element per row
   */
  record Longs(long[] values) implements Values {
    @Override
    public Longs every(int step, int first) {
      return new Longs(
          Values.rows(values.length, step, first).mapToLong(row -> values[row]).toArray());
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public long plainBytes() {
      return 8L * values.length;
    }
  }

  /**
   * INT; DATE as days since the epoch.
   *
   * @param values one element per row
   */
  record Ints(int[] values) implements Values {
    @Override
    public Ints every(int step, int first) {
      return new Ints(Values.rows(values.length, step, first).map(row -> values[row]).toArray());
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public long plainBytes() {
      return 4L * values.length;
    }
  }

  /**
   * STRING in UTF-8.
   *
   * @param offsets where each value starts, and one more where the last one ends
   * @param bytes the values behind each other
   */
  record Texts(int[] offsets, byte[] bytes) implements Values {
    @Override
    public Texts every(int step, int first) {
      int[] chosen = Values.rows(rows(), step, first).toArray();
      int[] starts = new int[chosen.length + 1];
      ByteArrayOutputStream texts = new ByteArrayOutputStream();
      for (int i = 0; i < chosen.length; i++) {
        int from = offsets[chosen[i]];
        texts.write(bytes, from, offsets[chosen[i] + 1] - from);
        starts[i + 1] = texts.size();
      }
      return new Texts(starts, texts.toByteArray());
    }

    @Override
    public int rows() {
      return offsets.length - 1;
    }

    @Override
    public long plainBytes() {
      return 4L * rows() + bytes.length;
    }

    /** The value of a row. */
    public String text(int row) {
      return new String(
          bytes, offsets[row], offsets[row + 1] - offsets[row], StandardCharsets.UTF_8);
    }
  }
}
