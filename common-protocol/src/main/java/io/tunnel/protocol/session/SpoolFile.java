package io.tunnel.protocol.session;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file with one thread that appends and one that reads. Where the system allows it the
 * name is removed at once, so that nothing is left behind even if the process is killed.
 */
final class SpoolFile implements Closeable {
  private final RandomAccessFile appending;
  private final RandomAccessFile reading;
  private final @Nullable Path named;

  /** Whether a write has failed. Used by the appending thread, and by whoever comes after it. */
  private boolean broken;

  private SpoolFile(RandomAccessFile appending, RandomAccessFile reading, @Nullable Path named) {
    this.appending = appending;
    this.reading = reading;
    this.named = named;
  }

  static SpoolFile create() throws IOException {
    Path path = Files.createTempFile("tunnel-block-", ".spool");
    RandomAccessFile appending = new RandomAccessFile(path.toFile(), "rw");
    RandomAccessFile reading;
    try {
      reading = new RandomAccessFile(path.toFile(), "r");
    } catch (IOException e) {
      appending.close();
      Files.delete(path);
      throw e;
    }
    return new SpoolFile(appending, reading, removeNow(path) ? null : path);
  }

  private static boolean removeNow(Path path) {
    try {
      Files.delete(path);
      return true;
    } catch (IOException openFilesKeepTheirName) {
      return false;
    }
  }

  void append(byte[] segment) throws IOException {
    broken = true;
    appending.write(segment);
    broken = false;
  }

  /**
   * Makes the file ready for another block, which overwrites it from the start.
   *
   * @param most the largest size of a file that is worth it, in bytes
   * @return false if the file should be closed instead
   */
  boolean restart(long most) throws IOException {
    if (broken || appending.length() > most) {
      return false;
    }
    appending.seek(0);
    return true;
  }

  /** Reads at most a buffer full at this position, which must have been appended. */
  int read(long position, byte[] target, int length) throws IOException {
    reading.seek(position);
    reading.readFully(target, 0, length);
    return length;
  }

  @Override
  public void close() throws IOException {
    try {
      appending.close();
    } finally {
      try {
        reading.close();
      } finally {
        if (named != null) {
          Files.deleteIfExists(named);
        }
      }
    }
  }
}
