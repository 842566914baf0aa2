package io.tunnel.benchmark.dataset;

import java.nio.charset.StandardCharsets;

/** The values of one column, without NULLs. */
public sealed interface Values {

  /** The number of rows. */
  int rows();

  /** The bytes of the values alone, as an Arrow vector would hold them. */
  long plainBytes();

  /**
   * BIGINT; DECIMAL(p,s) as the unscaled value; DATETIME as milliseconds since the epoch.
   *
   * @param values one element per row
   */
  record Longs(long[] values) implements Values {
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
