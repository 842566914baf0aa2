package io.tunnel.server.catalog;

import io.tunnel.protocol.type.PartitionSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For each table the version in which rows were last taken away or replaced: of the whole table,
 * and of single partitions since then. Reads come from memory; the rows in the database let
 * download sessions find out after a restart, too. Thread safe.
 */
final class Replacements {
  /** Stands for the whole table, where a partition could stand. */
  private static final String WHOLE = "";

  private final Map<String, Map<String, Long>> versions = new ConcurrentHashMap<>();

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.replacements(table_id VARCHAR, spec VARCHAR,"
              + " version BIGINT)");
    }
  }

  /** Adds what the database has. */
  void read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM tunnel_catalog.replacements")) {
      while (rows.next()) {
        put(rows.getString(1), rows.getString(2), rows.getLong(3));
      }
    }
  }

  /** Writes a replacement; one of the whole table stands for all older ones. */
  static void record(
      Connection connection, String tableId, @Nullable PartitionSpec partition, long version)
      throws SQLException {
    if (partition == null) {
      forget(connection, tableId);
    } else {
      CatalogTables.update(
          connection,
          "DELETE FROM tunnel_catalog.replacements WHERE table_id = ? AND spec = ?",
          tableId,
          partition.toString());
    }
    CatalogTables.update(
        connection,
        "INSERT INTO tunnel_catalog.replacements VALUES (?, ?, ?)",
        tableId,
        name(partition),
        version);
  }

  static void forget(Connection connection, String tableId) throws SQLException {
    CatalogTables.update(
        connection, "DELETE FROM tunnel_catalog.replacements WHERE table_id = ?", tableId);
  }

  void put(String tableId, @Nullable PartitionSpec partition, long version) {
    put(tableId, name(partition), version);
  }

  private void put(String tableId, String name, long version) {
    Map<String, Long> known = versions.computeIfAbsent(tableId, id -> new ConcurrentHashMap<>());
    known.merge(name, version, Math::max);
    if (name.equals(WHOLE)) {
      known.values().removeIf(older -> older < version);
    }
  }

  void remove(String tableId) {
    versions.remove(tableId);
  }

  boolean isSince(String tableId, @Nullable PartitionSpec partition, long version) {
    Map<String, Long> known = versions.getOrDefault(tableId, Map.of());
    return known.getOrDefault(WHOLE, 0L) > version
        || (partition != null && known.getOrDefault(partition.toString(), 0L) > version);
  }

  private static String name(@Nullable PartitionSpec partition) {
    return partition == null ? WHOLE : partition.toString();
  }
}
