package io.tunnel.server.catalog;

import io.tunnel.server.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Which upload sessions have been committed, and with which blocks: rows of the transactions that
 * committed them. A session can stand here once only, so a second commit of it cannot succeed.
 */
public final class CommitLog {
  private CommitLog() {}

  /**
   * Makes the table ready, forgets sessions that nobody can ask for any more, and reads the rest.
   *
   * @param oldest commits before this time are forgotten
   * @return the id of each session and the text that was recorded with it
   */
  public static Map<String, String> open(Database database, Instant oldest) throws SQLException {
    Map<String, String> sessions = new HashMap<>();
    try (Database.Lease lease = database.lease();
        Statement statement = lease.connection().createStatement()) {
      // Data directories of earlier versions have neither the text nor the index.
      statement.execute(
          "ALTER TABLE tunnel_catalog.commits ADD COLUMN IF NOT EXISTS blocks VARCHAR");
      CatalogTables.update(
          lease.connection(),
          "DELETE FROM tunnel_catalog.commits WHERE committed < ?",
          oldest.toEpochMilli());
      statement.execute(
          "DELETE FROM tunnel_catalog.commits WHERE rowid NOT IN"
              + " (SELECT min(rowid) FROM tunnel_catalog.commits GROUP BY session_id)");
      statement.execute(
          "CREATE UNIQUE INDEX IF NOT EXISTS commits_session"
              + " ON tunnel_catalog.commits (session_id)");
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT session_id, coalesce(blocks, '[]') FROM tunnel_catalog.commits")) {
        while (rows.next()) {
          sessions.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return sessions;
  }

  /** Whether a session has been committed, as a transaction sees it. */
  static boolean contains(Connection connection, String sessionId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT 1 FROM tunnel_catalog.commits WHERE session_id = ?")) {
      statement.setString(1, sessionId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static void record(Connection connection, String sessionId, String blocks, Instant now)
      throws SQLException {
    CatalogTables.update(
        connection,
        "INSERT INTO tunnel_catalog.commits (session_id, committed, blocks) VALUES (?, ?, ?)",
        sessionId,
        now.toEpochMilli(),
        blocks);
  }
}
