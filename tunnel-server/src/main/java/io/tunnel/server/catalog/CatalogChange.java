package io.tunnel.server.catalog;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction that changes rows, catalog, or both. Either {@link #commit} makes everything
 * visible at once, or {@link #close} undoes everything. The caller holds the locks of the tables.
 */
public final class CatalogChange implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogChange.class);

  /** What DuckDB says when only the checkpoint behind a commit has failed. */
  private static final String COMMITTED_YET_FAILED = "COMMIT succeeded";

  private final Catalog catalog;
  private final Database database;
  private final Database.Lease lease;
  private final Instant now;
  private final List<Runnable> afterCommit = new ArrayList<>();
  private @Nullable String recordedSession;
  private boolean replaced;
  private boolean ended;
  private boolean released;

  private CatalogChange(Catalog catalog, Database database, Database.Lease lease, Instant now) {
    this.catalog = catalog;
    this.database = database;
    this.lease = lease;
    this.now = now;
  }

  /** Begins a transaction. */
  public static CatalogChange begin(Catalog catalog, Database database, Instant now)
      throws SQLException {
    Database.Lease lease = database.lease();
    try {
      lease.connection().setAutoCommit(false);
    } catch (SQLException e) {
      lease.discard();
      lease.close();
      throw e;
    }
    return new CatalogChange(catalog, database, lease, now);
  }

  /** The connection of the transaction. */
  public Connection connection() {
    return lease.connection();
  }

  /** When the change happens. */
  public Instant now() {
    return now;
  }

  /** Runs a statement in the transaction; returns its number of rows. */
  public long execute(String sql) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /**
   * Creates a table without rows.
   *
   * @param defaults columns that have a default value, with its DuckDB expression
   */
  public void createTable(TableEntry table, Map<String, String> defaults) throws SQLException {
    execute("CREATE TABLE " + table.physicalName() + "(" + definitions(table, defaults) + ")");
    CatalogTables.insertTable(connection(), table);
    afterCommit.add(() -> catalog.put(table));
  }

  private static String definitions(TableEntry table, Map<String, String> defaults) {
    return table.schema().allColumns().stream()
        .map(c -> definition(c, defaults.get(c.name())))
        .collect(Collectors.joining(", "));
  }

  private static String definition(Column column, @Nullable String defaultValue) {
    return ColumnStorage.quote(column.name())
        + " "
        + ColumnStorage.duckDbType(column.type())
        + (column.nullable() ? "" : " NOT NULL")
        + (defaultValue == null ? "" : " DEFAULT " + defaultValue);
  }

  /** Creates a view; what its query reads need not exist. */
  public void createView(TableEntry view) throws SQLException {
    CatalogTables.insertTable(connection(), view);
    afterCommit.add(() -> catalog.put(view));
  }

  /** Drops a table with everything in it, or a view. */
  public void dropTable(TableEntry table) throws SQLException {
    if (!table.isView()) {
      execute("DROP TABLE " + table.physicalName());
    }
    CatalogTables.deleteTable(connection(), table);
    Replacements.forget(connection(), table.id());
    afterCommit.add(() -> catalog.remove(table));
  }

  /** Gives a table another definition whose columns are stored in the same way. */
  public void redefine(TableEntry old, TableEntry changed) throws SQLException {
    CatalogTables.updateTable(connection(), changed);
    afterCommit.add(
        () -> {
          catalog.removeName(old);
          catalog.put(changed);
        });
  }

  /**
   * Gives a table other columns: writes its rows anew.
   *
   * @param defaults as for {@link #createTable}
   * @param values for each column of the new definition the DuckDB expression of its value in a row
   *     of the old one
   */
  public void rebuild(
      TableEntry old, TableEntry changed, Map<String, String> defaults, List<String> values)
      throws SQLException {
    String fresh = ColumnStorage.quote("t_" + old.id() + "_new");
    execute("CREATE TABLE tunnel_data." + fresh + "(" + definitions(changed, defaults) + ")");
    execute(
        "INSERT INTO tunnel_data."
            + fresh
            + " SELECT "
            + String.join(", ", values)
            + " FROM "
            + old.physicalName());
    execute("DROP TABLE " + old.physicalName());
    execute(
        "ALTER TABLE tunnel_data." + fresh + " RENAME TO " + ColumnStorage.quote("t_" + old.id()));
    replacesRows(old);
    redefine(old, changed);
  }

  /** Moves the rows of a partition to another name. */
  public void renamePartition(TableEntry table, PartitionSpec from, PartitionSpec to)
      throws SQLException {
    String assignments =
        table.schema().partitionColumns().stream()
            .map(c -> ColumnStorage.quote(c.name()) + " = " + value(c, to))
            .collect(Collectors.joining(", "));
    execute(
        "UPDATE "
            + table.physicalName()
            + " SET "
            + assignments
            + " WHERE "
            + condition(table, from));
    CatalogTables.deletePartition(connection(), table, from);
    afterCommit.add(() -> catalog.removePartition(table.id(), from));
    noteReplacement(table, from);
    putPartition(table, to);
  }

  /** Creates a schema. */
  public void createSchema(String project, String schema) throws SQLException {
    CatalogTables.insertSchema(connection(), project, schema, now);
    afterCommit.add(() -> catalog.putSchema(project, schema, now));
  }

  /** Drops a schema without tables. */
  public void dropSchema(String project, String schema) throws SQLException {
    CatalogTables.deleteSchema(connection(), project, schema);
    afterCommit.add(() -> catalog.removeSchema(project, schema));
  }

  /** Notes that the rows of a table, and perhaps of one partition, have changed. */
  public void touch(TableEntry table) throws SQLException {
    TableEntry touched = table.withNewRows(now);
    CatalogTables.updateTable(connection(), touched);
    afterCommit.add(() -> catalog.put(touched));
  }

  /** Adds a partition, or notes that the rows of one have changed. */
  public void putPartition(TableEntry table, PartitionSpec spec) throws SQLException {
    PartitionEntry entry =
        catalog
            .partition(table, spec)
            .map(old -> old.withNewRows(now))
            .orElseGet(() -> PartitionEntry.created(spec, now));
    replacePartition(table, entry);
  }

  /** Adds properties to a partition; the rows stay as they are. */
  void setPartitionProperties(TableEntry table, PartitionSpec spec, Map<String, String> values)
      throws SQLException {
    PartitionEntry entry =
        catalog
            .partition(table, spec)
            .orElseThrow(() -> new SQLException("The partition " + spec + " is gone"));
    replacePartition(table, entry.withProperties(values));
  }

  private void replacePartition(TableEntry table, PartitionEntry entry) throws SQLException {
    CatalogTables.deletePartition(connection(), table, entry.spec());
    CatalogTables.insertPartition(connection(), table, entry);
    afterCommit.add(() -> catalog.putPartition(table.id(), entry));
  }

  /**
   * Deletes the rows of a table, or of one partition.
   *
   * @param partition the partition, aligned to the table; null for all rows
   */
  public void deleteRows(TableEntry table, @Nullable PartitionSpec partition) throws SQLException {
    execute(
        "DELETE FROM "
            + table.physicalName()
            + (partition == null ? "" : " WHERE " + condition(table, partition)));
    noteReplacement(table, partition);
  }

  /**
   * Notes that single rows of a table with a primary key are replaced or deleted, which download
   * sessions do not mind: they go on reading what they saw.
   */
  public void mergesRows() {
    replaced = true;
  }

  /** Notes that the change takes away or replaces rows, nobody knows in which partitions. */
  public void replacesRows(TableEntry table) throws SQLException {
    noteReplacement(table, null);
  }

  private void noteReplacement(TableEntry table, @Nullable PartitionSpec partition)
      throws SQLException {
    replaced = true;
    long version = table.version() + 1;
    Replacements.record(connection(), table.id(), partition, version);
    afterCommit.add(() -> catalog.replacements().put(table.id(), partition, version));
  }

  /** Drops a partition with its rows. */
  public void dropPartition(TableEntry table, PartitionSpec spec) throws SQLException {
    deleteRows(table, spec);
    CatalogTables.deletePartition(connection(), table, spec);
    afterCommit.add(() -> catalog.removePartition(table.id(), spec));
  }

  /**
   * Records that an upload session is committed by this transaction.
   *
   * @param blocks its blocks, to be kept with it
   * @param document its description, to be kept with it
   * @return false if it has been committed before; then nothing of this transaction may be done
   */
  public boolean recordSession(String sessionId, String blocks, String document)
      throws SQLException {
    if (FinishedSessions.isCommitted(connection(), sessionId)) {
      return false;
    }
    FinishedSessions.addCommitted(connection(), sessionId, blocks, document, now);
    recordedSession = sessionId;
    return true;
  }

  /** The condition that selects the rows of a partition; the spec must be aligned to the table. */
  public static String condition(TableEntry table, PartitionSpec spec) {
    return table.schema().partitionColumns().stream()
        .map(c -> ColumnStorage.quote(c.name()) + " = " + value(c, spec))
        .collect(Collectors.joining(" AND "));
  }

  /** The value of a partition column as an expression of its type. */
  public static String value(Column column, PartitionSpec spec) {
    String text = spec.values().get(column.name());
    if (text == null) {
      throw new IllegalArgumentException("The spec " + spec + " has no " + column.name());
    }
    return "CAST("
        + ColumnStorage.literal(text)
        + " AS "
        + ColumnStorage.duckDbType(column.type())
        + ")";
  }

  /**
   * Makes everything visible at once. A commit that DuckDB has done before it failed is no failure.
   *
   * @throws SQLException if nothing has become visible, as far as that can be found out
   */
  public void commit() throws SQLException {
    try {
      connection().commit();
      ended = true;
    } catch (SQLException e) {
      // The connection goes back now, because a failed database is opened again without any.
      lease.discard();
      release();
      if (!String.valueOf(e.getMessage()).contains(COMMITTED_YET_FAILED) && !isRecorded(e)) {
        throw e;
      }
      LOG.warn("A transaction was committed, but DuckDB failed after that", e);
    }
    afterCommit.forEach(Runnable::run);
    database.committed(replaced);
  }

  private boolean isRecorded(SQLException failure) {
    String sessionId = recordedSession;
    if (sessionId == null) {
      return false;
    }
    try (Database.Lease other = database.lease()) {
      return FinishedSessions.isCommitted(other.connection(), sessionId);
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private void release() {
    released = true;
    try {
      lease.close();
    } catch (SQLException e) {
      LOG.info("A connection could not be closed in good order", e);
    }
  }

  /** Undoes everything, unless it has been committed. Never fails: nobody could do more. */
  @Override
  public void close() {
    if (released) {
      return;
    }
    try {
      if (!ended) {
        connection().rollback();
      }
      connection().setAutoCommit(true);
    } catch (SQLException e) {
      // A connection that is closed rolls back; DuckDB has done so itself after some errors.
      LOG.info("A connection is given up after a transaction", e);
      lease.discard();
    }
    release();
  }
}
