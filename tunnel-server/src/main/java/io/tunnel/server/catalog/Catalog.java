package io.tunnel.server.catalog;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Projects, tables and partitions. Reads come from memory; changes go through a {@link
 * CatalogChange}, which writes them in the caller's transaction and shows them to readers only
 * after its commit.
 *
 * <p>Thread safe. Whoever changes a table holds its {@link #lock}.
 */
public final class Catalog {
  private final Map<String, Instant> projects = new ConcurrentSkipListMap<>();
  private final Map<String, ConcurrentSkipListMap<String, TableEntry>> tables =
      new ConcurrentHashMap<>();
  private final Map<String, ConcurrentSkipListMap<String, PartitionEntry>> partitions =
      new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  private Catalog() {}

  /** Reads the catalog of a database, makes its tables if they are missing, and adds projects. */
  public static Catalog open(Database database, List<String> projects, Instant now)
      throws SQLException {
    Catalog catalog = new Catalog();
    try (Database.Lease lease = database.lease()) {
      Connection connection = lease.connection();
      CatalogTables.create(connection);
      CatalogTables.readProjects(connection, catalog.projects::put);
      for (String project : projects) {
        String name = project.toLowerCase(Locale.ROOT);
        if (catalog.projects.putIfAbsent(name, now) == null) {
          CatalogTables.insertProject(connection, name, now);
        }
      }
      catalog.read(connection);
    }
    database.onReopen(catalog::read);
    return catalog;
  }

  /** Takes over what the database has. Readers see every entry that stays throughout. */
  private void read(Connection connection) throws SQLException {
    Set<TableEntry> found = new HashSet<>(CatalogTables.readTables(connection));
    Set<String> ids = found.stream().map(TableEntry::id).collect(Collectors.toSet());
    found.forEach(this::put);
    for (Map<String, TableEntry> known : tables.values()) {
      known.values().removeIf(table -> !ids.contains(table.id()));
    }
    Map<String, Set<String>> specs = new HashMap<>();
    CatalogTables.readPartitions(
        connection,
        (tableId, partition) -> {
          putPartition(tableId, partition);
          specs.computeIfAbsent(tableId, id -> new HashSet<>()).add(partition.spec().toString());
        });
    partitions.forEach(
        (tableId, known) ->
            known.keySet().removeIf(s -> !specs.getOrDefault(tableId, Set.of()).contains(s)));
  }

  /** The projects and when they were created, in order of their names. */
  public Map<String, Instant> projects() {
    return projects;
  }

  /**
   * The name of a project as the catalog has it.
   *
   * @throws ServiceException if there is no such project
   */
  public String project(String name) throws ServiceException {
    String key = name.toLowerCase(Locale.ROOT);
    if (!projects.containsKey(key)) {
      throw ServiceError.NO_SUCH_PROJECT.exception(
          "ODPS-0420095:The project " + name + " does not exist");
    }
    return key;
  }

  /** The tables of a project in order of their names. */
  public Collection<TableEntry> tables(String project) {
    Map<String, TableEntry> found = tables.get(project.toLowerCase(Locale.ROOT));
    return found == null ? List.of() : found.values();
  }

  /** A table, if it is there. */
  public Optional<TableEntry> find(String project, String table) {
    Map<String, TableEntry> found = tables.get(project.toLowerCase(Locale.ROOT));
    return found == null
        ? Optional.empty()
        : Optional.ofNullable(found.get(table.toLowerCase(Locale.ROOT)));
  }

  /**
   * A table that must be there.
   *
   * @throws ServiceException if the project or the table is not there
   */
  public TableEntry table(String project, String table) throws ServiceException {
    String known = project(project);
    return find(known, table)
        .orElseThrow(
            () ->
                ServiceError.NO_SUCH_TABLE.exception(
                    "ODPS-0130131:Table not found - table "
                        + known
                        + "."
                        + table
                        + " cannot be resolved"));
  }

  /** The partitions of a table in order of their values. */
  public Collection<PartitionEntry> partitions(TableEntry table) {
    Map<String, PartitionEntry> found = partitions.get(table.id());
    return found == null ? List.of() : found.values();
  }

  /** A partition, if it is there; the spec must be aligned to the table. */
  public Optional<PartitionEntry> partition(TableEntry table, PartitionSpec spec) {
    Map<String, PartitionEntry> found = partitions.get(table.id());
    return found == null ? Optional.empty() : Optional.ofNullable(found.get(spec.toString()));
  }

  /** The lock of a name: DuckDB refuses concurrent changes of one table, so they take turns. */
  public ReentrantLock lock(String project, String table) {
    String key = (project + "." + table).toLowerCase(Locale.ROOT);
    return locks.computeIfAbsent(key, k -> new ReentrantLock(true));
  }

  void put(TableEntry table) {
    tables
        .computeIfAbsent(table.project(), p -> new ConcurrentSkipListMap<>())
        .put(table.name(), table);
  }

  void remove(TableEntry table) {
    Map<String, TableEntry> found = tables.get(table.project());
    if (found != null) {
      found.remove(table.name());
    }
    partitions.remove(table.id());
  }

  void putPartition(String tableId, PartitionEntry partition) {
    partitions
        .computeIfAbsent(tableId, id -> new ConcurrentSkipListMap<>())
        .put(partition.spec().toString(), partition);
  }

  void removePartition(String tableId, PartitionSpec spec) {
    Map<String, PartitionEntry> found = partitions.get(tableId);
    if (found != null) {
      found.remove(spec.toString());
    }
  }
}
