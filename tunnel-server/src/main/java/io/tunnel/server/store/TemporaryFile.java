package io.tunnel.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file of work that is not finished. Its bytes count among those of the folder until it gets its
 * final name or is closed, which deletes it.
 */
final class TemporaryFile implements Closeable {
  private final DataFolder folder;
  private final Path path;
  private final AtomicLong bytes = new AtomicLong();
  private boolean published;

  TemporaryFile(DataFolder folder, Path path) {
    this.folder = folder;
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Notes that the file is about to grow.
   *
   * @throws IOException if the folder may not hold so much
   */
  void grow(long more) throws IOException {
    folder.takeTemporary(more);
    bytes.addAndGet(more);
  }

  /** Returns when the bytes written so far survive a crash of the machine. */
  void force(FileChannel file) throws IOException {
    folder.force(file);
  }

  /**
   * Gives the file its final name, if it has another yet; an older file of this name is replaced in
   * one step.
   */
  void publish(Path target) throws IOException {
    if (!target.equals(path)) {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    published = true;
    folder.freeTemporary(bytes.getAndSet(0));
  }

  @Override
  public void close() throws IOException {
    if (!published) {
      folder.freeTemporary(bytes.getAndSet(0));
      Files.deleteIfExists(path);
    }
  }
}
