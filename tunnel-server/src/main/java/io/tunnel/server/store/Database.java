package io.tunnel.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DuckDB database of a server. Gives connections of one database instance, keeps a few of them,
 * and is thread safe.
 *
 * <p>A failed checkpoint, for example on a full disk, makes DuckDB refuse everything until the file
 * is opened again. The next {@link #lease} does that, as soon as all connections are back.
 */
public final class Database implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int KEPT_CONNECTIONS = 8;

  /** How long opening again waits for the connections that are in use. */
  private static final long REOPEN_WAIT_MILLIS = 10_000;

  private final @Nullable Path file;
  private final Path temporaryDirectory;
  private final long memoryBytes;
  private final long temporaryBytes;
  private final @Nullable Compaction compaction;
  private final List<Preparation> preparations = new ArrayList<>();
  private final Deque<DuckDBConnection> idle = new ArrayDeque<>();
  private DuckDBConnection root;
  private int leases;
  private int unorderedLoads;
  private boolean closed;
  private @Nullable SQLException fatal;

  private Database(
      @Nullable Path file,
      Path temporaryDirectory,
      long memoryBytes,
      long temporaryBytes,
      int compactAfter)
      throws SQLException {
    this.file = file;
    this.temporaryDirectory = temporaryDirectory;
    this.memoryBytes = memoryBytes;
    this.temporaryBytes = temporaryBytes;
    this.compaction = file == null ? null : new Compaction(this, file, compactAfter);
    root = connect();
  }

  /** What has to be done with a database that has just been opened again. */
  public interface Preparation {
    /** Prepares; the connection stays with the database. */
    void prepare(Connection connection) throws SQLException;
  }

  /** A statement that stores rows. */
  public interface Load {
    /** Runs it; returns the number of rows. */
    long run() throws SQLException;
  }

  /**
   * Opens a database file, or a database in memory.
   *
   * @param file the file; null for memory
   * @param temporaryDirectory where DuckDB puts what does not fit its memory
   * @param memoryBytes the memory that DuckDB may use
   * @param temporaryBytes the bytes that it may put into {@code temporaryDirectory}
   * @param compactAfter after how many commits that replace rows a file is compacted
   * @throws SQLException if the file cannot be opened, for example because another process has it
   */
  public static Database open(
      @Nullable Path file,
      Path temporaryDirectory,
      long memoryBytes,
      long temporaryBytes,
      int compactAfter)
      throws SQLException {
    return new Database(file, temporaryDirectory, memoryBytes, temporaryBytes, compactAfter);
  }

  /**
   * Begins to load DuckDB's native library, on a thread of its own, and does not wait for it.
   * Unpacking it takes as long as everything that the first connection needs before it: the driver
   * gives the JVM's flight recorder its events, and that has to start.
   */
  public static void loadLibrary() {
    Thread thread =
        new Thread(
            () -> {
              try {
                Class.forName("org.duckdb.DuckDBNative");
              } catch (ClassNotFoundException | LinkageError e) {
                LOG.warn("DuckDB's library cannot be loaded; opening a database will fail", e);
              }
            },
            "tunnel-server-library");
    thread.setDaemon(true);
    thread.start();
  }

  private DuckDBConnection connect() throws SQLException {
    Properties properties = new Properties();
    // Rows of results arrive as they are made, not after the last one.
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("temp_directory", temporaryDirectory.toString());
    properties.setProperty("max_temp_directory_size", temporaryBytes + "B");
    // Its own default is most of the machine, which belongs to the program around the server.
    properties.setProperty("memory_limit", memoryBytes + "B");
    // A private instance: two servers in one JVM must never share a database by its path.
    properties.setProperty("jdbc_instance_cache", "false");
    // Not by DriverManager, which would load every driver of the class path first.
    DuckDBConnection connection =
        new DuckDBDriver()
            .connect("jdbc:duckdb:" + (file == null ? "" : file), properties)
            .unwrap(DuckDBConnection.class);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET GLOBAL TimeZone = 'UTC'");
      if (compaction != null) {
        // A commit does it itself only if the thread that should has failed for long.
        statement.execute("SET GLOBAL checkpoint_threshold = '256MiB'");
      }
    }
    BlockLoad.register(connection);
    return connection;
  }

  /** Has this done whenever the database has been opened again; the oldest first. */
  public synchronized void onReopen(Preparation preparation) {
    preparations.add(preparation);
  }

  /**
   * Takes a connection in auto-commit mode; it goes back when the lease is closed.
   *
   * @throws SQLException if the database is closed, or has failed and cannot be opened again
   */
  public Lease lease() throws SQLException {
    DuckDBConnection source;
    synchronized (this) {
      requireUsable();
      leases++;
      DuckDBConnection connection = idle.poll();
      if (connection != null) {
        return new Lease(connection);
      }
      source = root;
    }
    try {
      return new Lease(source.duplicate());
    } catch (SQLException e) {
      giveBack();
      throw e;
    }
  }

  private synchronized void giveBack() {
    leases--;
    notifyAll();
  }

  private synchronized void requireUsable() throws SQLException {
    if (fatal != null && !closed) {
      awaitLeases();
    }
    if (closed) {
      throw new SQLException("The database is closed");
    }
    if (fatal != null) {
      reopen(fatal);
    }
  }

  /** Two instances on one file would destroy it, so the old one must be gone entirely. */
  private void awaitLeases() throws SQLException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REOPEN_WAIT_MILLIS);
    try {
      for (long left = REOPEN_WAIT_MILLIS; leases > 0 && left > 0 && fatal != null; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("Interrupted while the database is opened again", e);
    }
    if (leases > 0 && fatal != null) {
      throw new SQLException(
          "The database has failed and is opened again when running statements have ended; try"
              + " again later",
          fatal);
    }
  }

  private void reopen(SQLException cause) throws SQLException {
    if (file == null) {
      throw new SQLException(
          "The database in memory has failed and its tables are lost; start the server again",
          cause);
    }
    try {
      closeConnections();
    } catch (SQLException e) {
      LOG.warn("The failed database could not be closed in good order", e);
    }
    root = connect();
    for (Preparation preparation : preparations) {
      preparation.prepare(root);
    }
    fatal = null;
    LOG.warn("The database had failed and has been opened again", cause);
  }

  /** Runs statements one after the other. */
  public void execute(String... statements) throws SQLException {
    try (Lease lease = lease();
        Statement statement = lease.connection().createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * Runs a load that may store rows in any order, which is much faster for many rows. DuckDB has
   * this setting for the whole database only, so queries that begin meanwhile may give rows in
   * another order than they were stored; ORDER BY holds.
   */
  public long unordered(Load load) throws SQLException {
    synchronized (this) {
      if (unorderedLoads == 0) {
        setOrder(false);
      }
      unorderedLoads++;
    }
    try {
      return load.run();
    } finally {
      synchronized (this) {
        unorderedLoads--;
        if (unorderedLoads == 0) {
          setOrder(true);
        }
      }
    }
  }

  /**
   * A transaction was committed.
   *
   * @param replaced whether it has deleted rows, or put others in their place
   */
  public void committed(boolean replaced) {
    if (compaction != null) {
      compaction.committed(replaced);
    }
  }

  private void setOrder(boolean kept) throws SQLException {
    try (Statement statement = root.createStatement()) {
      statement.execute("SET GLOBAL preserve_insertion_order = " + kept);
    }
  }

  @Override
  public void close() throws IOException {
    if (compaction != null) {
      compaction.close();
    }
    closeAll();
  }

  private synchronized void closeAll() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    notifyAll();
    try {
      closeConnections();
    } catch (SQLException e) {
      throw new IOException("The database could not be closed", e);
    }
  }

  private void closeConnections() throws SQLException {
    DuckDBConnection connection = idle.poll();
    while (connection != null) {
      connection.close();
      connection = idle.poll();
    }
    root.close();
  }

  /** A connection for one use. */
  public final class Lease implements AutoCloseable {
    private final DuckDBConnection connection;
    private boolean broken;

    private Lease(DuckDBConnection connection) {
      this.connection = connection;
    }

    /** The connection; not to be closed by the user of the lease. */
    public DuckDBConnection connection() {
      return connection;
    }

    /**
     * Interrupts what the connection does, also while a result is fetched. From any thread, as long
     * as the lease is not closed. An interrupt that comes just before a statement is forgotten.
     */
    public void interrupt() {
      DriverAccess.interrupt(connection);
    }

    /**
     * Says that the connection is in an unknown state and must not be used again. Whether the whole
     * database has failed is found out when the lease is closed.
     */
    public void discard() {
      broken = true;
    }

    @Override
    public void close() throws SQLException {
      synchronized (Database.this) {
        try {
          if (!broken && !closed && connection.getAutoCommit() && idle.size() < KEPT_CONNECTIONS) {
            idle.push(connection);
            return;
          }
          connection.close();
        } finally {
          giveBack();
          if (broken && !closed && fatal == null) {
            fatal = probe();
          }
        }
      }
    }

    /** The reason why the database refuses everything; null if it does not. */
    private @Nullable SQLException probe() {
      try (Statement statement = root.createStatement()) {
        statement.execute("SELECT 1");
        return null;
      } catch (SQLException e) {
        return e;
      }
    }
  }
}
