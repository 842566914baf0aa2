package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of tables and partitions in files. One file serves all sessions that began while the table
 * did not change, and is deleted with the last of them. It is read while it is written: rows of a
 * large table are on their way to the client while others are being copied. Together the files take
 * a bounded number of bytes: beyond it those that no session has asked for longest are given up,
 * only the newest, and those being written, never. Thread safe.
 */
public final class Snapshots implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /** Copies at once; each holds a query and a batch. */
  private static final int MOST_COPIES = 16;

  private static final long CLOSE_SECONDS = 30;

  /** A session begins when so much of its rows is there, or all: small ones need no waiting. */
  private static final int BATCHES_FIRST = 8;

  private static final String PREFIX = "s";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]{1,18}");

  private final Catalog catalog;
  private final Database database;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final long maxBytes;
  private final Map<String, Shared> byContent = new HashMap<>();

  /** In the order in which they were last asked for. */
  private final Map<Path, Shared> byPath = new LinkedHashMap<>();

  private final AtomicLong nextNumber = new AtomicLong();
  private final Semaphore permits = new Semaphore(MOST_COPIES);
  private final Set<SnapshotCopy> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tunnel-server-copy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Snapshots of the tables of this database.
   *
   * @param maxBytes what all files may take together
   */
  public Snapshots(
      Catalog catalog,
      Database database,
      DataFolder folder,
      BufferAllocator allocator,
      long maxBytes) {
    this.catalog = catalog;
    this.database = database;
    this.folder = folder;
    this.allocator = allocator;
    this.maxBytes = maxBytes;
  }

  /**
   * Rows as they were at a moment.
   *
   * @param file the rows
   * @param version the version of the table at that moment
   * @param written done when the file is finished, exceptionally if it never will be
   */
  public record Snapshot(BatchFile file, long version, CompletableFuture<?> written) {
    /** Rows in a finished file. */
    static Snapshot of(BatchFile file, long version) {
      return new Snapshot(file, version, CompletableFuture.completedFuture(null));
    }
  }

  private static final class Shared {
    private final String content;
    private final Snapshot snapshot;
    private int sessions;

    Shared(String content, Snapshot snapshot) {
      this.content = content;
      this.snapshot = snapshot;
    }
  }

  /**
   * Gives the rows of a table or a partition as they are now, for one more session. If there are
   * many, the last ones may still be on their way into the file.
   *
   * @param stale the table as the caller saw it, perhaps some time ago
   */
  Snapshot take(TableEntry stale, @Nullable PartitionSpec partition) throws IOException {
    Snapshot snapshot = begin(stale, partition);
    boolean taken = false;
    try {
      snapshot.file().awaitBatches(BATCHES_FIRST);
      IOException failure = snapshot.file().failure();
      if (failure != null) {
        throw failure;
      }
      if (snapshot.file().batches() < BATCHES_FIRST) {
        awaitWritten(snapshot);
      }
      taken = true;
      return snapshot;
    } finally {
      if (!taken) {
        release(snapshot.file());
      }
    }
  }

  private static void awaitWritten(Snapshot snapshot) throws IOException {
    try {
      snapshot.written().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException("The rows could not be copied", e);
    }
  }

  private Snapshot begin(TableEntry stale, @Nullable PartitionSpec partition) throws IOException {
    Optional<Snapshot> ready = takeKnown(stale, partition);
    if (ready.isPresent()) {
      return ready.get();
    }
    permits.acquireUninterruptibly();
    SnapshotCopy copy = null;
    // Under the lock of the table the version in the catalog and the rows in DuckDB agree. The
    // query fixes what it sees when it begins; its rows are fetched after the lock is free.
    ReentrantLock lock = lock(stale);
    lock.lock();
    try {
      TableEntry table = current(stale, partition);
      String content = content(table, partition);
      Snapshot known = known(content);
      if (known != null) {
        return known;
      }
      Path path = folder.downloads().resolve(PREFIX + nextNumber.incrementAndGet());
      copy = SnapshotCopy.begin(database, folder, path, table, partition);
      Snapshot snapshot = new Snapshot(copy.file(), table.version(), new CompletableFuture<>());
      start(copy, register(content, snapshot));
      return snapshot;
    } finally {
      lock.unlock();
      if (copy == null) {
        permits.release();
      }
    }
  }

  private synchronized Shared register(String content, Snapshot snapshot) {
    Shared shared = new Shared(content, snapshot);
    shared.sessions = 1;
    byContent.put(content, shared);
    byPath.put(snapshot.file().path(), shared);
    return shared;
  }

  private void start(SnapshotCopy copy, Shared shared) {
    running.add(copy);
    try {
      threads.execute(() -> write(copy, shared));
    } catch (RejectedExecutionException e) {
      write(copy, shared);
    }
  }

  private void write(SnapshotCopy copy, Shared shared) {
    try {
      try (copy) {
        copy.run(allocator);
      }
      shared.snapshot.written().complete(null);
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("Rows of download sessions could not be copied", e);
      // Sessions that have begun are told by the file; the next one gets a new copy.
      forget(shared);
      shared.snapshot.written().completeExceptionally(e);
    } finally {
      running.remove(copy);
      permits.release();
    }
    try {
      makeRoom();
    } catch (IOException e) {
      LOG.warn("Rows that were given up could not be deleted; the next start tries again", e);
    }
  }

  private synchronized void forget(Shared shared) {
    byContent.remove(shared.content, shared);
    byPath.remove(shared.snapshot.file().path(), shared);
  }

  /** Lets the copies that are being made fail soon, for whose rows requests may wait. */
  void interrupt() {
    running.forEach(SnapshotCopy::interrupt);
  }

  /** As {@link #take}, if there is a copy already and nobody changes the table. */
  Optional<Snapshot> takeKnown(TableEntry stale, @Nullable PartitionSpec partition)
      throws ServiceException {
    ReentrantLock lock = lock(stale);
    if (!lock.tryLock()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(known(content(current(stale, partition), partition)));
    } finally {
      lock.unlock();
    }
  }

  private ReentrantLock lock(TableEntry table) {
    return catalog.lock(table.project(), table.schemaName(), table.name());
  }

  private TableEntry current(TableEntry stale, @Nullable PartitionSpec partition)
      throws ServiceException {
    TableEntry table = catalog.table(stale.project(), stale.schemaName(), stale.name());
    if (!table.id().equals(stale.id())) {
      throw ServiceError.NO_SUCH_TABLE.exception(
          "ODPS-0130131:Table not found - table "
              + stale.qualifiedName()
              + " was dropped meanwhile");
    }
    if (partition != null && catalog.partition(table, partition).isEmpty()) {
      throw Partitions.missing(table, partition);
    }
    return table;
  }

  private static String content(TableEntry table, @Nullable PartitionSpec partition) {
    return table.id() + "/" + table.version() + "/" + partition;
  }

  private synchronized @Nullable Snapshot known(String content) {
    Shared shared = byContent.get(content);
    if (shared == null) {
      return null;
    }
    shared.sessions++;
    Path path = shared.snapshot.file().path();
    byPath.remove(path);
    byPath.put(path, shared);
    return shared.snapshot;
  }

  /** Gives up what was asked for longest ago, until the rest is small enough. */
  private synchronized void makeRoom() throws IOException {
    long bytes = 0;
    for (Shared shared : byPath.values()) {
      bytes += shared.snapshot.file().bytes();
    }
    Iterator<Shared> oldest = byPath.values().iterator();
    for (int left = byPath.size(); bytes > maxBytes && left > 1; left--) {
      Shared shared = oldest.next();
      if (!shared.snapshot.written().isDone()) {
        continue;
      }
      oldest.remove();
      byContent.remove(shared.content, shared);
      bytes -= shared.snapshot.file().bytes();
      shared.snapshot.file().discard();
    }
  }

  /** What all files may take together, in bytes. */
  long maxBytes() {
    return maxBytes;
  }

  /** Whether a name has the form of the names of these files. */
  static boolean isSnapshot(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Opens a file of the last run for one more session; the sessions come in the order in which they
   * began.
   *
   * @param name a name for which {@link #isSnapshot} holds
   * @param version the version of the table
   */
  synchronized Snapshot reopen(String name, long version) throws IOException {
    Path path = folder.downloads().resolve(name);
    Shared shared = byPath.get(path);
    if (shared == null) {
      shared = new Shared("", Snapshot.of(BatchFile.open(path), version));
      nextNumber.accumulateAndGet(Long.parseLong(name.substring(PREFIX.length())), Math::max);
    }
    byPath.remove(path);
    byPath.put(path, shared);
    shared.sessions++;
    return shared.snapshot;
  }

  /** Notes that a session ends; the last one takes the file with it. */
  synchronized void release(BatchFile file) throws IOException {
    Shared shared = byPath.get(file.path());
    if (shared != null && --shared.sessions == 0) {
      byPath.remove(file.path());
      byContent.remove(shared.content, shared);
      file.discard();
    }
  }

  /** Deletes the files of the last run that no session uses, or that take too much. */
  synchronized void deleteUnused() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.downloads(), PREFIX + "*")) {
      for (Path file : files) {
        if (isSnapshot(file.getFileName().toString()) && !byPath.containsKey(file)) {
          Files.delete(file);
        }
      }
    }
    makeRoom();
  }

  @Override
  public void close() {
    threads.shutdown();
    interrupt();
    try {
      // Copies use memory and database, which are closed next.
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
