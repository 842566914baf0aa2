package io.tunnel.server.catalog;

import io.tunnel.server.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that have ended, of uploads, upserts and downloads of tables, each with what clients
 * may still ask for: a row, no file and no object. The row of a committed session belongs to the
 * transaction that committed it; a session can stand here once only, so a second commit of it
 * cannot succeed. Thread safe.
 */
public final class FinishedSessions {
  private static final String COMMITTED = "closed";

  private final Database database;

  private FinishedSessions(Database database) {
    this.database = database;
  }

  /**
   * A session that has ended.
   *
   * @param state the word of its state on the wire
   * @param blocks its blocks, as they were recorded
   * @param document its description, as it was recorded; null only from earlier versions, which
   *     left it in a file
   */
  public record Finished(String state, String blocks, @Nullable String document) {}

  /** Makes the table ready. */
  public static FinishedSessions open(Database database) throws SQLException {
    // Data directories of earlier versions have neither the texts nor the index.
    database.execute(
        "ALTER TABLE tunnel_catalog.commits ADD COLUMN IF NOT EXISTS blocks VARCHAR",
        "ALTER TABLE tunnel_catalog.commits ADD COLUMN IF NOT EXISTS state VARCHAR",
        "ALTER TABLE tunnel_catalog.commits ADD COLUMN IF NOT EXISTS document VARCHAR",
        "DELETE FROM tunnel_catalog.commits WHERE rowid NOT IN"
            + " (SELECT min(rowid) FROM tunnel_catalog.commits GROUP BY session_id)",
        "CREATE UNIQUE INDEX IF NOT EXISTS commits_session"
            + " ON tunnel_catalog.commits (session_id)");
    return new FinishedSessions(database);
  }

  /** Finds a session that has ended. */
  public Optional<Finished> find(String sessionId) throws SQLException {
    try (Database.Lease lease = database.lease();
        PreparedStatement statement =
            lease
                .connection()
                .prepareStatement(
                    "SELECT coalesce(state, '"
                        + COMMITTED
                        + "'), coalesce(blocks, '[]'), document"
                        + " FROM tunnel_catalog.commits WHERE session_id = ?")) {
      statement.setString(1, sessionId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(new Finished(rows.getString(1), rows.getString(2), rows.getString(3)))
            : Optional.empty();
      }
    }
  }

  /**
   * Records a session that ends without a commit; nothing changes if it is here already.
   *
   * @param state the word of its state on the wire
   */
  public void add(String sessionId, String state, String blocks, String document, Instant now)
      throws SQLException {
    try (Database.Lease lease = database.lease()) {
      CatalogTables.update(
          lease.connection(),
          "INSERT OR IGNORE INTO tunnel_catalog.commits"
              + " (session_id, committed, blocks, state, document) VALUES (?, ?, ?, ?, ?)",
          sessionId,
          now.toEpochMilli(),
          blocks,
          state,
          document);
    }
  }

  /** Adds the description to a session that an earlier version has committed. */
  public void describe(String sessionId, String document) throws SQLException {
    try (Database.Lease lease = database.lease()) {
      CatalogTables.update(
          lease.connection(),
          "UPDATE tunnel_catalog.commits SET document = ? WHERE session_id = ?",
          document,
          sessionId);
    }
  }

  /** Forgets the sessions that ended before this time. */
  public void forget(Instant oldest) throws SQLException {
    try (Database.Lease lease = database.lease()) {
      CatalogTables.update(
          lease.connection(),
          "DELETE FROM tunnel_catalog.commits WHERE committed < ?",
          oldest.toEpochMilli());
    }
  }

  /** Whether a session has been committed, as a transaction sees it. */
  static boolean isCommitted(Connection connection, String sessionId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM tunnel_catalog.commits WHERE session_id = ? AND coalesce(state, '"
                + COMMITTED
                + "') = '"
                + COMMITTED
                + "'")) {
      statement.setString(1, sessionId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static void addCommitted(
      Connection connection, String sessionId, String blocks, String document, Instant now)
      throws SQLException {
    CatalogTables.update(
        connection,
        "INSERT INTO tunnel_catalog.commits (session_id, committed, blocks, state, document)"
            + " VALUES (?, ?, ?, ?, ?)",
        sessionId,
        now.toEpochMilli(),
        blocks,
        COMMITTED,
        document);
  }
}
