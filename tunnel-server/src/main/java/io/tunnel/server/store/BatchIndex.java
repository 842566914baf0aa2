package io.tunnel.server.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the batches of a file begin, in bytes and in rows. It grows while the file is written, and
 * readers wait in it for rows that are on their way. Thread safe.
 */
final class BatchIndex {
  private long[] offsets = new long[16];
  private long[] firstRows = new long[16];
  private int batches;
  private boolean complete;
  private @Nullable IOException failure;

  /** Notes a batch behind the last one; readers may read it from now on. */
  synchronized void add(long bytes, long rows) {
    if (batches + 2 > offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * offsets.length);
      firstRows = Arrays.copyOf(firstRows, 2 * firstRows.length);
    }
    offsets[batches + 1] = offsets[batches] + bytes;
    firstRows[batches + 1] = firstRows[batches] + rows;
    batches++;
    notifyAll();
  }

  /** Says that no batch follows. */
  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /** Says that the file will never be complete; a later reason changes nothing. */
  synchronized void fail(IOException reason) {
    if (!complete && failure == null) {
      failure = reason;
      notifyAll();
    }
  }

  /** Why the file will never be complete; null if that is not so. */
  synchronized @Nullable IOException failure() {
    return failure;
  }

  /** Returns when the file is complete, has failed, or has so many batches. */
  synchronized void awaitBatches(int count) throws InterruptedIOException {
    while (!complete && failure == null && batches < count) {
      pause();
    }
  }

  /**
   * The batch that holds a row, when it is written.
   *
   * @throws IOException if the file has failed before that row, or ends before it
   */
  synchronized int batchOf(long row) throws IOException {
    while (!complete && failure == null && row >= firstRows[batches]) {
      pause();
    }
    if (row >= firstRows[batches]) {
      throw failure == null
          ? new IOException("There is no row " + row + " in a file of " + rows() + " rows")
          : new IOException("The rows could not be copied to their end", failure);
    }
    int found = Arrays.binarySearch(firstRows, 0, batches + 1, row);
    // Batches are never empty, so each first row stands once, the end behind the last.
    return found < 0 ? -found - 2 : found;
  }

  private void pause() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while rows are being copied");
    }
  }

  synchronized int batches() {
    return batches;
  }

  synchronized long rows() {
    return firstRows[batches];
  }

  synchronized long bytes() {
    return offsets[batches];
  }

  synchronized long firstRow(int batch) {
    return firstRows[batch];
  }

  /** The first byte of a batch, or for the number behind the last one the end of all. */
  synchronized long offset(int batch) {
    return offsets[batch];
  }
}
