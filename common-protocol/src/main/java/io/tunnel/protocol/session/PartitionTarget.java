package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertRowLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One partition of many: its session and its writer, which are opened when they are needed, and its
 * rows that wait in memory or in the file. Sessions may be opened and read by any thread; all else
 * belongs to the thread that writes.
 */
final class PartitionTarget {
  private final SessionOpener opener;
  private final Supplier<UpsertLayout> layout;
  private final UpsertWriterOptions options;
  private @Nullable UpsertWriter writer;

  // Guarded by this.
  private @Nullable UpsertSession session;

  /** Rows that wait in memory for the file. */
  final UpsertRowLog log = new UpsertRowLog();

  /** Rows that wait in the file. */
  final List<RowCacheFile.StoredRows> stored = new ArrayList<>();

  /** What is being sent from the file. */
  @Nullable Future<?> upload;

  /** Opens the session. */
  @FunctionalInterface
  interface SessionOpener {
    UpsertSession open() throws TunnelException;
  }

  PartitionTarget(
      SessionOpener opener, Supplier<UpsertLayout> layout, UpsertWriterOptions options) {
    this.opener = opener;
    this.layout = layout;
    this.options = options;
  }

  synchronized UpsertSession session() throws TunnelException {
    UpsertSession known = session;
    if (known == null) {
      known = opener.open();
      session = known;
    }
    return known;
  }

  synchronized boolean hasSession() {
    return session != null;
  }

  synchronized boolean isCommitted() {
    return session != null && session.status() == UpsertStatus.COMMITTED;
  }

  /** The writer for rows that do not go through a file. */
  UpsertWriter writer() throws TunnelException {
    UpsertWriter known = writer;
    if (known == null) {
      known = openWriter(options, true);
      writer = known;
    }
    return known;
  }

  UpsertWriter openWriter(UpsertWriterOptions writerOptions, boolean background)
      throws TunnelException {
    return session().newWriter(layout.get(), writerOptions, background);
  }

  long bufferedBytes() {
    UpsertWriter known = writer;
    return known == null ? 0 : known.bufferedBytes();
  }

  /** Bytes that wait in the file. */
  long bytesInFile() {
    return stored.stream().mapToLong(RowCacheFile.StoredRows::bytes).sum();
  }

  void closeWriter() throws IOException {
    UpsertWriter known = writer;
    writer = null;
    if (known != null) {
      known.close();
    }
  }

  void closeSession() {
    UpsertSession known;
    synchronized (this) {
      known = session;
    }
    if (known != null) {
      known.close();
    }
  }
}
