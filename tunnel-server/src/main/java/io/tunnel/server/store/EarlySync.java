package io.tunnel.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Brings a growing file to the disk piece by piece, so that the disk works while the next bytes
 * arrive and little is left to wait for at the end. Used by one thread; each piece has a short
 * thread of its own, which has ended when this is closed.
 */
final class EarlySync implements Closeable {
  private static final long PIECE_BYTES = 8L << 20;

  private final File file;
  private long begun;
  private @Nullable CompletableFuture<@Nullable Void> piece;

  /** The file that grows. */
  interface File {
    /** Returns when the bytes written so far survive a crash of the machine. */
    void force() throws IOException;
  }

  /** A sync of this file, which must stay open until this is closed. */
  EarlySync(File file) {
    this.file = file;
  }

  /** Says that the file has so many bytes now. */
  void grown(long bytes) throws IOException {
    CompletableFuture<@Nullable Void> running = piece;
    if (bytes - begun < PIECE_BYTES || (running != null && !running.isDone())) {
      return;
    }
    join();
    begun = bytes;
    CompletableFuture<@Nullable Void> next = new CompletableFuture<>();
    piece = next;
    Thread thread =
        new Thread(
            () -> {
              try {
                file.force();
                next.complete(null);
              } catch (IOException | RuntimeException | Error e) {
                next.completeExceptionally(e);
              }
            },
            "tunnel-server-sync");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns when all bytes are on the disk.
   *
   * @throws IOException if they are not; a later sync would not tell, because the system forgets a
   *     page that it could not write
   */
  void finish() throws IOException {
    join();
    file.force();
  }

  private void join() throws IOException {
    CompletableFuture<@Nullable Void> running = piece;
    piece = null;
    if (running == null) {
      return;
    }
    try {
      running.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
    }
  }

  /** Waits for a piece that is on its way. */
  @Override
  public void close() throws IOException {
    join();
  }
}
