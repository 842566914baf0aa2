package io.tunnel.server.catalog;

import io.tunnel.server.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Which upload sessions have been committed: rows of the transactions that committed them. */
public final class CommitLog {
  private CommitLog() {}

  /** Reads the ids, and forgets those of sessions that nobody can ask for any more. */
  public static Set<String> read(Database database, Instant oldest) throws SQLException {
    Set<String> ids = new HashSet<>();
    try (Database.Lease lease = database.lease()) {
      CatalogTables.update(
          lease.connection(),
          "DELETE FROM tunnel_catalog.commits WHERE committed < ?",
          oldest.toEpochMilli());
      try (Statement statement = lease.connection().createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT session_id FROM tunnel_catalog.commits")) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
    }
    return ids;
  }
}
