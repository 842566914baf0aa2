package io.tunnel.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of a database file behind the answers of the commits that make them due, on a thread
 * of its own. A checkpoint empties the log and merges groups of rows of which many are deleted, so
 * that neither the file nor reading grows with the number of commits; for a table of 2,000,000 rows
 * that takes a second or two. Meanwhile readers go on; whoever changes rows waits.
 *
 * <p>Thread safe.
 */
final class Compaction implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /** The log at which DuckDB itself would checkpoint within a commit. */
  private static final long LOG_BYTES = 16L << 20;

  private static final long CLOSE_SECONDS = 60;

  private final Database database;
  private final Path log;
  private final int commits;

  /** No thread is left when nothing has been due for some seconds. */
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          0,
          1,
          5,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread made = new Thread(task, "tunnel-server-compaction");
            made.setDaemon(true);
            return made;
          });

  // Guarded by this.
  private int waiting;
  private boolean due;

  /**
   * Compacts a database.
   *
   * @param file its file
   * @param commits after how many commits that replaced rows; a long log is a reason too
   */
  Compaction(Database database, Path file, int commits) {
    this.database = database;
    this.log = file.resolveSibling(file.getFileName() + ".wal");
    this.commits = commits;
  }

  /** A transaction was committed; {@code replaced} if it has deleted rows, or put others there. */
  synchronized void committed(boolean replaced) {
    if (replaced) {
      waiting++;
    }
    if (!due && !thread.isShutdown() && (waiting >= commits || logBytes() >= LOG_BYTES)) {
      due = true;
      thread.execute(this::run);
    }
  }

  private long logBytes() {
    try {
      return Files.size(log);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      LOG.warn("The size of {} cannot be told; it is not a reason to compact", log, e);
      return 0;
    }
  }

  private void run() {
    synchronized (this) {
      // What is committed from here on counts for the next time.
      waiting = 0;
      due = false;
    }
    try (Database.Lease lease = database.lease()) {
      try (Statement statement = lease.connection().createStatement()) {
        statement.execute("CHECKPOINT");
      } catch (SQLException e) {
        lease.discard();
        throw e;
      }
    } catch (SQLException e) {
      // Nothing is lost: everything is in the log, whose length is a reason to try again.
      LOG.warn("The database could not be compacted", e);
    }
  }

  /** Lets a checkpoint that runs come to its end, and begins no other. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A checkpoint of {} does not end", log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
