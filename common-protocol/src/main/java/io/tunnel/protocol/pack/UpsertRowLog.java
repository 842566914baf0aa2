package io.tunnel.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Encoded rows in the order in which they were written, whatever their bucket, that wait in memory
 * or in a file of this machine for their session; {@link UpsertLogReader} reads them. Several logs
 * in a row are one log. Not thread safe.
 */
public final class UpsertRowLog {
  /** Length, checksum and hash of a row. */
  static final int INDEX_BYTES = 3 * Integer.BYTES;

  /** The number of rows, in front of their index. */
  static final int RUN_BYTES = Integer.BYTES;

  private final ByteChunks runs = new ByteChunks();
  private final byte[] head = new byte[RUN_BYTES];
  private long rows;

  /** Rows so far. */
  public long rows() {
    return rows;
  }

  /** Bytes that the log keeps in memory. */
  public long heldBytes() {
    return runs.capacity();
  }

  /** Adds a run of rows. */
  void add(int count, byte[] index, int indexLength, ByteChunks records) throws IOException {
    RecordFormat.INT.set(head, 0, count);
    runs.write(head, 0, RUN_BYTES);
    runs.write(index, 0, indexLength);
    records.writeTo(runs);
    rows += count;
  }

  /** Writes all rows, for example into a file. */
  public void writeTo(OutputStream out) throws IOException {
    runs.writeTo(out);
  }

  /** All rows, for a reader; none may be added meanwhile. */
  public InputStream open() {
    return runs.open();
  }

  /** Forgets all rows. */
  public void clear() {
    runs.clear();
    rows = 0;
  }
}
