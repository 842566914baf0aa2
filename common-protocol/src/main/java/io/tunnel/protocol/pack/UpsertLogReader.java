package io.tunnel.protocol.pack;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the rows of an {@link UpsertRowLog} one by one. Not thread safe. */
public final class UpsertLogReader implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final DataInputStream in;
  private final byte[] head = new byte[UpsertRowLog.RUN_BYTES];
  private byte[] index = new byte[0];
  private byte[] record = new byte[1024];
  private int rowsLeft;
  private int at = -UpsertRowLog.INDEX_BYTES;

  /** Reads a log, or several in a row; the stream is closed with the reader. */
  public UpsertLogReader(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
  }

  /**
   * Goes to the next row.
   *
   * @return false if there is none
   * @throws IOException if the log cannot be read, or ends in the middle of a row
   */
  public boolean next() throws IOException {
    if (rowsLeft == 0 && !nextRun()) {
      return false;
    }
    rowsLeft--;
    at += UpsertRowLog.INDEX_BYTES;
    if (record.length < length()) {
      record = new byte[Math.max(length(), 2 * record.length)];
    }
    in.readFully(record, 0, length());
    return true;
  }

  private boolean nextRun() throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    head[0] = (byte) first;
    in.readFully(head, 1, head.length - 1);
    rowsLeft = (int) RecordFormat.INT.get(head, 0);
    if (rowsLeft < 1) {
      throw new EOFException("The log of rows is damaged: a run has " + rowsLeft + " rows");
    }
    int bytes = rowsLeft * UpsertRowLog.INDEX_BYTES;
    if (index.length < bytes) {
      index = new byte[bytes];
    }
    in.readFully(index, 0, bytes);
    at = -UpsertRowLog.INDEX_BYTES;
    return true;
  }

  /** The hash of the row, from which its bucket follows. */
  public int hash() {
    return (int) RecordFormat.INT.get(index, at + 2 * Integer.BYTES);
  }

  /** The array that holds the encoded row; valid until the next call of {@link #next}. */
  byte[] array() {
    return record;
  }

  int length() {
    return (int) RecordFormat.INT.get(index, at);
  }

  int checksum() {
    return (int) RecordFormat.INT.get(index, at + Integer.BYTES);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
