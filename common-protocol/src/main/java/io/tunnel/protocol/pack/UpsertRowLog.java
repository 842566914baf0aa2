package io.tunnel.protocol.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Encoded rows in the order in which they were written, whatever their bucket, that wait in memory
 * or in a file of this machine for their session; {@link UpsertLogReader} reads them. The records
 * stand apart from their index, which tells length, checksum and hash of each. Several logs in a
 * row are one log, if their indexes follow each other as their records do. Not thread safe.
 */
public final class UpsertRowLog {
  /** Length, checksum and hash of a row. */
  static final int INDEX_BYTES = 3 * Integer.BYTES;

  private final ByteChunks index = new ByteChunks();
  private final ByteChunks records = new ByteChunks();

  /** Rows so far. */
  public long rows() {
    return index.length() / INDEX_BYTES;
  }

  /** Bytes that the log keeps in memory. */
  public long heldBytes() {
    return index.capacity() + records.capacity();
  }

  /** Where records go. */
  OutputStream records() {
    return records;
  }

  /** Takes the index of records. */
  void addIndex(byte[] source, int length) {
    index.write(source, 0, length);
  }

  /** Writes the index, for example into a file. */
  public void writeIndexTo(OutputStream out) throws IOException {
    index.writeTo(out);
  }

  /** Writes the records, for example into a file. */
  public void writeRecordsTo(OutputStream out) throws IOException {
    records.writeTo(out);
  }

  /** The index, for a reader; no row may be added meanwhile. */
  public InputStream openIndex() {
    return index.open();
  }

  /** The records, for a reader; no row may be added meanwhile. */
  public InputStream openRecords() {
    return records.open();
  }

  /** Forgets all rows. */
  public void clear() {
    index.clear();
    records.clear();
  }
}
