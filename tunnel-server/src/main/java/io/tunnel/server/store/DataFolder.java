package io.tunnel.server.store;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a server: {@code tunnel.duckdb}, {@code uploads} and {@code upserts} (a folder for
 * each session), {@code downloads} (sessions and their rows), {@code results} and {@code
 * temporary}, of which the last two start empty. One process at a time may use a data directory.
 */
public final class DataFolder implements Closeable {
  private static final String LOCK = "tunnel.lock";

  private final Path root;
  private final boolean inMemory;
  private final Disk disk;
  private final @Nullable FileChannel lockFile;
  private final @Nullable FileLock lock;
  private final AtomicLong nextTemporary = new AtomicLong();
  private final AtomicLong temporaryBytes = new AtomicLong();
  private volatile long temporaryLimit = Long.MAX_VALUE;

  private DataFolder(
      Path root,
      boolean inMemory,
      Disk disk,
      @Nullable FileChannel lockFile,
      @Nullable FileLock lock) {
    this.root = root;
    this.inMemory = inMemory;
    this.disk = disk;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Opens a data directory, or makes a temporary one that is deleted on close.
   *
   * @param disk how files become safe
   * @throws IOException if another process has the directory, or if it holds files but was never
   *     the data directory of a server: opening deletes what a last run left, and must not delete
   *     what somebody else keeps
   */
  public static DataFolder open(@Nullable Path directory, Disk disk) throws IOException {
    if (directory == null) {
      DataFolder folder =
          new DataFolder(Files.createTempDirectory("tunnel-server-"), true, disk, null, null);
      folder.prepare();
      return folder;
    }
    Path root = directory.toAbsolutePath().normalize();
    Files.createDirectories(root);
    requireOwn(root);
    FileChannel channel =
        FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("Another server in this process uses the data directory " + root, e);
    }
    if (lock == null) {
      channel.close();
      throw new IOException("Another process uses the data directory " + root + "; stop it first");
    }
    try {
      DataFolder folder = new DataFolder(root, false, disk, channel, lock);
      folder.prepare();
      return folder;
    } catch (IOException | RuntimeException e) {
      // Otherwise the directory would be in use until the process ends.
      channel.close();
      throw e;
    }
  }

  /** The lock file is the first that a server makes, so its absence tells a foreign directory. */
  private static void requireOwn(Path root) throws IOException {
    if (Files.exists(root.resolve(LOCK))) {
      return;
    }
    try (Stream<Path> entries = Files.list(root)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(
            "The directory "
                + root
                + " is not empty and no data directory of this server; name an empty or new one");
      }
    }
  }

  private void prepare() throws IOException {
    deleteTree(root.resolve("results"));
    deleteTree(root.resolve("temporary"));
    for (Path folder : List.of(uploads(), upserts(), downloads(), results(), temporary())) {
      Files.createDirectories(folder);
    }
  }

  /** The folder of everything. */
  public Path root() {
    return root;
  }

  /** The database file; null if the database is in memory. */
  public @Nullable Path databaseFile() {
    return inMemory ? null : root.resolve("tunnel.duckdb");
  }

  /** Whether what is written must survive a crash of the machine. */
  public boolean isDurable() {
    return !inMemory;
  }

  /** The folder of the upload sessions. */
  public Path uploads() {
    return root.resolve("uploads");
  }

  /** The folder of the upsert sessions. */
  public Path upserts() {
    return root.resolve("upserts");
  }

  /** The folder of the download sessions. */
  public Path downloads() {
    return root.resolve("downloads");
  }

  /** The folder of the results of statements. */
  public Path results() {
    return root.resolve("results");
  }

  /** The folder for files that are being written. */
  public Path temporary() {
    return root.resolve("temporary");
  }

  /** A file that is being written; the caller closes it. */
  TemporaryFile newTemporary() {
    return new TemporaryFile(this, temporary().resolve("f" + nextTemporary.incrementAndGet()));
  }

  /** As {@link #newTemporary}, of a file that has its final name from the start. */
  TemporaryFile temporary(Path path) {
    return new TemporaryFile(this, path);
  }

  /** Bounds the temporary files; without this call there is no bound. */
  public void limitTemporary(long bytes) {
    temporaryLimit = bytes;
  }

  void takeTemporary(long bytes) throws ServiceException {
    if (temporaryBytes.addAndGet(bytes) > temporaryLimit) {
      temporaryBytes.addAndGet(-bytes);
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The temporary files of the server may not have more than "
              + temporaryLimit
              + " bytes together; try again when other work has ended, or raise the limit");
    }
  }

  void freeTemporary(long bytes) {
    temporaryBytes.addAndGet(-bytes);
  }

  /** The bytes of all temporary files that are open. */
  public long temporaryBytes() {
    return temporaryBytes.get();
  }

  /**
   * Replaces a small file in one step; when this returns it survives a crash of the machine.
   *
   * @throws ServiceException if the disk does not take it; the old file is there then
   */
  public void writeAtomically(Path path, String text) throws ServiceException {
    try {
      try (TemporaryFile file = newTemporary()) {
        write(file.path(), text);
        file.publish(path);
      }
      syncName(path);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** What a caller is told when the disk does not take something, mostly because it is full. */
  public static ServiceException refused(IOException failure) {
    if (failure instanceof ServiceException told) {
      return told;
    }
    String reason =
        failure instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : String.valueOf(failure.getMessage());
    return ServiceError.DATA_STORE_ERROR.exception(
        "The server could not write to its disk: "
            + reason
            + "; nothing was stored. Try again when there is room",
        failure);
  }

  private void write(Path path, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (isDurable()) {
        disk.force(channel);
      }
    }
  }

  /** Returns when the bytes of a file survive a crash of the machine. */
  void force(FileChannel file) throws IOException {
    disk.force(file);
  }

  /** Lets the name of a file or folder survive a crash of the machine, if anything here must. */
  public void syncName(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null && isDurable()) {
      disk.forceNames(parent);
    }
  }

  /** Deletes a folder with everything in it; nothing happens if it is not there. */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (NoSuchFileException e) {
      // Somebody else deleted it meanwhile, which is what was wanted.
      return;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    if (inMemory) {
      deleteTree(root);
    } else {
      deleteTree(results());
      deleteTree(temporary());
    }
    if (lock != null) {
      lock.release();
    }
    if (lockFile != null) {
      lockFile.close();
    }
  }
}
