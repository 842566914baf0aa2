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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Projects, tables and partitions. Reads come from memory; changes go through a {@link
 * CatalogChange}, which writes them in the caller's transaction and shows them to readers only
 * after its commit.
 *
 * <p>Thread safe. Whoever changes a table holds its {@link #lock}.
 */
public final class Catalog {
  private static final ConcurrentSkipListMap<String, Instant> NO_SCHEMAS =
      new ConcurrentSkipListMap<>();

  private final Map<String, Instant> projects = new ConcurrentSkipListMap<>();
  private final Map<String, ConcurrentSkipListMap<String, Instant>> schemas =
      new ConcurrentHashMap<>();
  private final Map<String, ConcurrentSkipListMap<String, TableEntry>> tables =
      new ConcurrentHashMap<>();
  private final Map<String, ConcurrentSkipListMap<String, PartitionEntry>> partitions =
      new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  private final Replacements replacements = new Replacements();

  private Catalog() {}

  /** Reads the catalog of a database, makes its tables if they are missing, and adds projects. */
  public static Catalog open(Database database, List<String> projects, Instant now)
      throws SQLException {
    Catalog catalog = new Catalog();
    try (Database.Lease lease = database.lease()) {
      Connection connection = lease.connection();
      CatalogTables.create(connection);
      Replacements.create(connection);
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
    Map<String, Set<String>> names = new HashMap<>();
    CatalogTables.readSchemas(
        connection,
        (project, schema, created) -> {
          putSchema(project, schema, created);
          names.computeIfAbsent(project, p -> new HashSet<>()).add(schema);
        });
    schemas.forEach(
        (project, known) ->
            known.keySet().removeIf(s -> !names.getOrDefault(project, Set.of()).contains(s)));
    Map<String, TableEntry> found = new HashMap<>();
    CatalogTables.readTables(connection).forEach(table -> found.put(table.id(), table));
    found.values().forEach(this::put);
    for (Map<String, TableEntry> known : tables.values()) {
      known.values().removeIf(table -> isGone(table, found.get(table.id())));
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
    replacements.read(connection);
  }

  private static boolean isGone(TableEntry known, @Nullable TableEntry stored) {
    return stored == null || !stored.name().equals(known.name());
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

  /** The schemas of a project and when they were created, in order of their names. */
  public Map<String, Instant> schemas(String project) {
    Map<String, Instant> all = new TreeMap<>();
    Instant created = projects.get(project.toLowerCase(Locale.ROOT));
    if (created != null) {
      all.put(TableEntry.DEFAULT_SCHEMA, created);
      all.putAll(schemas.getOrDefault(project.toLowerCase(Locale.ROOT), NO_SCHEMAS));
    }
    return all;
  }

  /** The tables of a schema in order of their names. */
  public Collection<TableEntry> tables(String project, String schema) {
    Map<String, TableEntry> found = tables.get(scope(project, schema));
    return found == null ? List.of() : found.values();
  }

  /** A table, if it is there. */
  public Optional<TableEntry> find(String project, String schema, String table) {
    Map<String, TableEntry> found = tables.get(scope(project, schema));
    return found == null
        ? Optional.empty()
        : Optional.ofNullable(found.get(table.toLowerCase(Locale.ROOT)));
  }

  /** Whether a table is there, whatever its name is now. */
  public boolean contains(String tableId) {
    return tables.values().stream()
        .flatMap(names -> names.values().stream())
        .anyMatch(table -> table.id().equals(tableId));
  }

  private static String scope(String project, String schema) {
    return (project + "." + schema).toLowerCase(Locale.ROOT);
  }

  /**
   * A table that must be there.
   *
   * @throws ServiceException if the project or the table is not there
   */
  public TableEntry table(String project, String schema, String table) throws ServiceException {
    String known = project(project);
    return find(known, schema, table)
        .orElseThrow(
            () ->
                ServiceError.NO_SUCH_TABLE.exception(
                    "ODPS-0130131:Table not found - table "
                        + TableEntry.qualifiedName(known, schema, table)
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
  public ReentrantLock lock(String project, String schema, String table) {
    String key = scope(project, schema) + "." + table.toLowerCase(Locale.ROOT);
    return locks.computeIfAbsent(key, k -> new ReentrantLock(true));
  }

  /**
   * Whether rows of a table or of a partition have been taken away or replaced since a version of
   * the table. Rows that were only added do not count.
   *
   * @param partition the partition, aligned to the table; null for a table without partitions
   */
  public boolean isReplacedSince(
      TableEntry table, @Nullable PartitionSpec partition, long version) {
    return replacements.isSince(table.id(), partition, version);
  }

  Replacements replacements() {
    return replacements;
  }

  void putSchema(String project, String name, Instant created) {
    schemas.computeIfAbsent(project, p -> new ConcurrentSkipListMap<>()).put(name, created);
  }

  void removeSchema(String project, String name) {
    Map<String, Instant> found = schemas.get(project);
    if (found != null) {
      found.remove(name);
    }
  }

  void put(TableEntry table) {
    tables
        .computeIfAbsent(
            scope(table.project(), table.schemaName()), p -> new ConcurrentSkipListMap<>())
        .put(table.name(), table);
  }

  void remove(TableEntry table) {
    removeName(table);
    partitions.remove(table.id());
    replacements.remove(table.id());
  }

  /** Forgets a name; the partitions stay for the table's new one. */
  void removeName(TableEntry table) {
    Map<String, TableEntry> found = tables.get(scope(table.project(), table.schemaName()));
    if (found != null) {
      found.remove(table.name());
    }
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
