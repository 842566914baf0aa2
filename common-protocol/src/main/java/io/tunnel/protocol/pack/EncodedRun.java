package io.tunnel.protocol.pack;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * A few rows of a batch on their way to the packs of their buckets. They are encoded in the order
 * in which they lie in memory and then copied: encoding bucket by bucket jumps through all vectors,
 * and waiting for memory takes longer than the copy. Used again and again.
 */
public final class EncodedRun implements EncodedRows {
  /** Rows of a usual size stay in the nearest cache until they are copied. */
  static final int MOST_ROWS = 64;

  /** The row with which there are so many bytes is the last one. */
  static final int ENOUGH_BYTES = 32 * 1024;

  private final byte[] index = new byte[MOST_ROWS * UpsertRowLog.INDEX_BYTES];
  private final Records records = new Records();
  private int indexEnd;
  private int at;
  private int start;
  private int length;

  /** Forgets all rows, and tells where new ones go. */
  OutputStream begin() {
    records.length = 0;
    indexEnd = 0;
    at = -UpsertRowLog.INDEX_BYTES;
    start = 0;
    length = 0;
    return records;
  }

  /** Takes the index of the rows. */
  void addIndex(byte[] source, int count) {
    System.arraycopy(source, 0, index, indexEnd, count);
    indexEnd += count;
  }

  @Override
  public boolean next() {
    at += UpsertRowLog.INDEX_BYTES;
    if (at >= indexEnd) {
      return false;
    }
    start += length;
    length = (int) RecordFormat.INT.get(index, at);
    return true;
  }

  @Override
  public int hash() {
    return (int) RecordFormat.INT.get(index, at + 2 * Integer.BYTES);
  }

  @Override
  public void addTo(UpsertPackWriter pack) {
    pack.add(records.bytes, start, length, index, at + Integer.BYTES);
  }

  private static final class Records extends OutputStream {
    private byte[] bytes = new byte[0];
    private int length;

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) {
      if (bytes.length - length < count) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
      }
      System.arraycopy(source, offset, bytes, length, count);
      length += count;
    }
  }
}
