package io.tunnel.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The DuckDB database of a server. Gives connections of one database instance, keeps a few of them,
 * and is thread safe.
 */
public final class Database implements Closeable {
  private static final int KEPT_CONNECTIONS = 8;

  private final DuckDBConnection root;
  private final Deque<DuckDBConnection> idle = new ArrayDeque<>();
  private boolean closed;

  private Database(DuckDBConnection root) {
    this.root = root;
  }

  /**
   * Opens a database file, or a database in memory.
   *
   * @param file the file; null for memory
   * @param temporaryDirectory where DuckDB puts what does not fit its memory
   * @throws SQLException if the file cannot be opened, for example because another process has it
   */
  public static Database open(@Nullable Path file, Path temporaryDirectory) throws SQLException {
    Properties properties = new Properties();
    // Rows of results arrive as they are made, not after the last one.
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("temp_directory", temporaryDirectory.toString());
    // A private instance: two servers in one JVM must never share a database by its path.
    properties.setProperty("jdbc_instance_cache", "false");
    Connection connection =
        DriverManager.getConnection("jdbc:duckdb:" + (file == null ? "" : file), properties);
    DuckDBConnection root = connection.unwrap(DuckDBConnection.class);
    try (Statement statement = root.createStatement()) {
      statement.execute("SET GLOBAL TimeZone = 'UTC'");
    }
    BlockLoad.register(root);
    return new Database(root);
  }

  /** Takes a connection in auto-commit mode; it goes back when the lease is closed. */
  public Lease lease() throws SQLException {
    synchronized (this) {
      if (closed) {
        throw new SQLException("The database is closed");
      }
      DuckDBConnection connection = idle.poll();
      if (connection != null) {
        return new Lease(connection);
      }
    }
    return new Lease(root.duplicate());
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

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (DuckDBConnection connection : idle) {
        connection.close();
      }
      root.close();
    } catch (SQLException e) {
      throw new IOException("The database could not be closed", e);
    }
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

    /** Says that the connection is in an unknown state and must not be used again. */
    public void discard() {
      broken = true;
    }

    @Override
    public void close() throws SQLException {
      synchronized (Database.this) {
        if (!broken && !closed && connection.getAutoCommit() && idle.size() < KEPT_CONNECTIONS) {
          idle.push(connection);
          return;
        }
      }
      connection.close();
    }
  }
}
