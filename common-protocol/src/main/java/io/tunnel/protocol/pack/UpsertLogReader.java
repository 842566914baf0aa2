package io.tunnel.protocol.pack;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the rows of an {@link UpsertRowLog} one by one. Its memory is two buffers, of 6 and of 64
 * KiB, the latter larger if a row is. Not thread safe.
 */
public final class UpsertLogReader implements EncodedRows, Closeable {
  private static final int INDEX_ROWS = 512;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream indexStream;
  private final InputStream recordStream;
  private final byte[] index = new byte[INDEX_ROWS * UpsertRowLog.INDEX_BYTES];
  private byte[] records = new byte[BUFFER_BYTES];
  private int indexEnd;
  private int at = -UpsertRowLog.INDEX_BYTES;

  /** Where the row begins, in the buffer. */
  private int start;

  private int length;

  /** The end of what the buffer holds. */
  private int recordsEnd;

  /**
   * Reads a log, or several in a row; the streams are closed with the reader. They are read in
   * large pieces.
   */
  public UpsertLogReader(InputStream index, InputStream records) {
    indexStream = index;
    recordStream = records;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException if the log cannot be read, or ends in the middle of a row
   */
  @Override
  public boolean next() throws IOException {
    at += UpsertRowLog.INDEX_BYTES;
    if (at >= indexEnd && !fillIndex()) {
      return false;
    }
    start += length;
    length = indexed(0);
    if (length < 0) {
      throw new EOFException("The log of rows is damaged: a row has " + length + " bytes");
    }
    if (recordsEnd - start < length) {
      fillRecords();
    }
    return true;
  }

  private boolean fillIndex() throws IOException {
    at = 0;
    indexEnd = indexStream.readNBytes(index, 0, index.length);
    if (indexEnd % UpsertRowLog.INDEX_BYTES != 0) {
      throw new EOFException("The log of rows is damaged: its index ends in the middle of a row");
    }
    return indexEnd > 0;
  }

  private void fillRecords() throws IOException {
    byte[] source = records;
    if (records.length < length) {
      records = new byte[Math.max(length, 2 * records.length)];
    }
    recordsEnd -= start;
    System.arraycopy(source, start, records, 0, recordsEnd);
    start = 0;
    recordsEnd += recordStream.readNBytes(records, recordsEnd, records.length - recordsEnd);
    if (recordsEnd < length) {
      throw new EOFException("The log of rows is damaged: it ends in the middle of a row");
    }
  }

  private int indexed(int offset) {
    return (int) RecordFormat.INT.get(index, at + offset);
  }

  @Override
  public int hash() {
    return indexed(2 * Integer.BYTES);
  }

  @Override
  public void addTo(UpsertPackWriter pack) {
    pack.add(records, start, length, index, at + Integer.BYTES);
  }

  @Override
  public void close() throws IOException {
    try (indexStream) {
      recordStream.close();
    }
  }
}
