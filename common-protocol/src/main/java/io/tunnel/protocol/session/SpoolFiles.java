package io.tunnel.protocol.session;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary files of the blocks of a client. A few of them are used again, because writing over
 * pages that the system holds already costs half of what new pages cost. Files that nobody uses are
 * kept only as long as a thread sends blocks, or has just done so. Thread safe.
 */
final class SpoolFiles implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolFiles.class);

  /** Larger files go back to the disk: cutting them costs what using them again saves. */
  private static final long KEPT_BYTES = 128L * 1024 * 1024;

  private static final int KEPT = 4;

  private final long keptBytes;
  private final Deque<SpoolFile> free = new ArrayDeque<>();
  private int senders;

  SpoolFiles() {
    this(KEPT_BYTES);
  }

  /**
   * No files yet.
   *
   * @param keptBytes the largest size of a file that is used again
   */
  SpoolFiles(long keptBytes) {
    this.keptBytes = keptBytes;
  }

  /** A file to write from its start; it comes back with {@link #give}. */
  SpoolFile take() throws IOException {
    synchronized (this) {
      SpoolFile file = free.poll();
      if (file != null) {
        return file;
      }
    }
    return SpoolFile.create();
  }

  /** Takes a file back. */
  void give(SpoolFile file) throws IOException {
    if (!file.restart(keptBytes)) {
      file.close();
      return;
    }
    synchronized (this) {
      if (senders > 0 && free.size() < KEPT) {
        free.push(file);
        return;
      }
    }
    file.close();
  }

  /** Says that a thread for sending blocks begins. */
  synchronized void senderBegins() {
    senders++;
  }

  /** Says that a thread for sending blocks ends; with the last one all files that are free go. */
  synchronized void senderEnds() {
    senders--;
    if (senders == 0) {
      close();
    }
  }

  /** Closes the files that nobody uses. Others are closed or kept when they are given back. */
  @Override
  public synchronized void close() {
    for (SpoolFile file = free.poll(); file != null; file = free.poll()) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("A temporary file of a block could not be closed", e);
      }
    }
  }
}
