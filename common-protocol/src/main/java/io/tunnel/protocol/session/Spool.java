package io.tunnel.protocol.session;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one block, kept until the service has acknowledged them. One thread appends, another
 * reads, from the start as often as it likes. The newest bytes are in memory, so that a reader that
 * keeps up never touches the disk; beyond a limit the oldest go to a temporary file. Appending
 * never waits for the reader.
 */
final class Spool extends OutputStream {
  private final SegmentPool pool;
  private final SpoolFiles files;
  private final int segmentsInMemory;
  private final byte[] one = new byte[1];

  // Used by the appending thread only.
  private byte @Nullable [] tail;
  private int tailUsed;

  // Guarded by this.
  private final Deque<byte[]> segments = new ArrayDeque<>();
  private @Nullable SpoolFile file;
  private long inFile;
  private long length;
  private byte @Nullable [] lent;
  private boolean appending;
  private boolean sealed;
  private boolean released;
  private boolean abandoned;

  /**
   * An empty spool.
   *
   * @param memory bytes to keep in memory; at least one segment is
   */
  Spool(SegmentPool pool, SpoolFiles files, int memory) {
    this.pool = pool;
    this.files = files;
    this.segmentsInMemory = Math.max(1, memory / SegmentPool.SEGMENT_BYTES);
  }

  @Override
  public void write(int value) throws IOException {
    one[0] = (byte) value;
    write(one, 0, 1);
  }

  /** Copies and writes to the file without the lock, so that the reader goes on meanwhile. */
  @Override
  public void write(byte[] source, int offset, int count) throws IOException {
    beginAppending();
    try {
      int from = offset;
      int end = offset + count;
      while (from < end) {
        byte[] target = tail;
        if (target == null || tailUsed == SegmentPool.SEGMENT_BYTES) {
          makeRoom();
          target = pool.take();
          addSegment(target);
        }
        int part = Math.min(end - from, SegmentPool.SEGMENT_BYTES - tailUsed);
        System.arraycopy(source, from, target, tailUsed, part);
        from += part;
        tailUsed += part;
        publish(part);
      }
    } finally {
      endAppending();
    }
  }

  private synchronized void beginAppending() throws IOException {
    if (abandoned || released || sealed) {
      throw new IOException("The block does not take data any more");
    }
    appending = true;
  }

  private synchronized void endAppending() throws IOException {
    appending = false;
    if (released) {
      free();
    }
  }

  private synchronized void addSegment(byte[] segment) {
    segments.addLast(segment);
    tail = segment;
    tailUsed = 0;
  }

  private synchronized void publish(int bytes) {
    length += bytes;
    notifyAll();
  }

  private void makeRoom() throws IOException {
    for (byte[] oldest = surplus(); oldest != null; oldest = surplus()) {
      spoolFile().append(oldest);
      removeOldest();
    }
  }

  private synchronized byte @Nullable [] surplus() {
    return segments.size() >= segmentsInMemory ? segments.getFirst() : null;
  }

  private synchronized SpoolFile spoolFile() throws IOException {
    SpoolFile known = file;
    if (known == null) {
      known = files.take();
      file = known;
    }
    return known;
  }

  private synchronized void removeOldest() {
    byte[] oldest = segments.removeFirst();
    inFile += SegmentPool.SEGMENT_BYTES;
    if (oldest != lent) {
      pool.give(oldest);
    }
  }

  /** Says that nothing more will be appended. */
  synchronized void seal() {
    sealed = true;
    notifyAll();
  }

  /** Says that the block is given up: reading fails from now on. */
  synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /** Bytes appended so far. */
  synchronized long length() {
    return length;
  }

  synchronized boolean isSealed() {
    return sealed;
  }

  /** Waits for bytes behind this position; returns at once when there can be none. */
  synchronized void awaitGrowth(long position) throws InterruptedException {
    while (mustWait(position)) {
      wait();
    }
  }

  /** Waits for the end of the input. */
  synchronized void awaitSeal() throws InterruptedException {
    while (!sealed && !abandoned) {
      wait();
    }
  }

  /** Whether the input goes on, but has brought nothing behind this position yet. */
  private synchronized boolean mustWait(long position) {
    return length <= position && !sealed && !abandoned;
  }

  /**
   * Writes what follows the position into {@code out}, waiting for input if there is none. Before
   * it waits it flushes {@code out}: nothing that is encoded lies in a buffer while the input
   * pauses.
   *
   * @param buffer used for what lies in the file
   * @param beforeWrite run when the wait for input is over
   * @return the number of bytes written; -1 at the end of a sealed spool
   * @throws IOException if the spool has been abandoned, or {@code out} fails
   */
  int copyTo(OutputStream out, long position, byte[] buffer, Runnable beforeWrite)
      throws IOException, InterruptedException {
    byte[] source;
    int offset;
    int count;
    SpoolFile from = null;
    if (mustWait(position)) {
      out.flush();
    }
    synchronized (this) {
      awaitGrowth(position);
      if (abandoned) {
        throw new IOException("The block has been given up");
      }
      if (position == length) {
        return -1;
      }
      if (position < inFile) {
        from = file;
        source = buffer;
        offset = 0;
        count = (int) Math.min(buffer.length, inFile - position);
      } else {
        long inMemory = position - inFile;
        source = segmentAt((int) (inMemory / SegmentPool.SEGMENT_BYTES));
        offset = (int) (inMemory % SegmentPool.SEGMENT_BYTES);
        count = (int) Math.min(SegmentPool.SEGMENT_BYTES - offset, length - position);
        lent = source;
      }
    }
    try {
      if (from != null) {
        from.read(position, buffer, count);
      }
      beforeWrite.run();
      out.write(source, offset, count);
    } finally {
      synchronized (this) {
        lent = null;
      }
    }
    return count;
  }

  private byte[] segmentAt(int index) {
    Iterator<byte[]> iterator = segments.iterator();
    for (int i = 0; i < index; i++) {
      iterator.next();
    }
    return iterator.next();
  }

  /**
   * Frees memory and file, at the latest when the thread that is appending has returned. May be
   * called again; nobody may be reading any more.
   */
  synchronized void release() throws IOException {
    if (!released) {
      released = true;
      if (!appending) {
        free();
      }
    }
  }

  private synchronized void free() throws IOException {
    segments.forEach(pool::give);
    segments.clear();
    SpoolFile target = file;
    file = null;
    if (target != null) {
      files.give(target);
    }
  }

  /** Closing says nothing about the end; that is {@link #seal()}. */
  @Override
  public void close() {
    // The encoder closes its stream both after a proper end and when it is given up.
  }
}
