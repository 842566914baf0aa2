package io.tunnel.server;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.catalog.PartitionProperties;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.session.DownloadService;
import io.tunnel.server.session.DownloadStore;
import io.tunnel.server.session.Previews;
import io.tunnel.server.session.SessionIds;
import io.tunnel.server.session.Snapshots;
import io.tunnel.server.session.UploadCommit;
import io.tunnel.server.session.UploadService;
import io.tunnel.server.session.UpsertCommit;
import io.tunnel.server.session.UpsertService;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.SqlRunner;
import io.tunnel.server.sql.Workspace;
import io.tunnel.server.sql.function.SqlFunctions;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Everything behind the HTTP side: opened together, recovered together, closed together. */
final class Storage implements Closeable {
  private final DataFolder folder;
  private final Database database;
  private final BufferAllocator allocator;
  private final InstantSource clock;
  private final Catalog catalog;
  private final TableSizes sizes;
  private final PartitionProperties partitionProperties;
  private final UploadService uploads;
  private final UpsertService upserts;
  private final DownloadService downloads;
  private final Previews previews;
  private final InstanceService instances;

  private Storage(
      LocalTunnelConfig config, StorageLimits limits, DataFolder folder, Database database)
      throws SQLException, IOException {
    this.folder = folder;
    this.database = database;
    clock = config.clock();
    Instant now = clock.instant();
    SessionIds ids = new SessionIds(config.clock());
    allocator = new RootAllocator();
    try (Database.Lease lease = database.lease()) {
      SqlFunctions.prepare(lease.connection());
    }
    database.onReopen(SqlFunctions::prepare);
    catalog = Catalog.open(database, config.projects(), now);
    sizes = new TableSizes(database);
    partitionProperties = new PartitionProperties(catalog, database, config.clock());
    FinishedSessions finished = FinishedSessions.open(database);
    uploads =
        new UploadService(
            catalog,
            finished,
            new UploadCommit(catalog, database, allocator, config.clock()),
            folder,
            allocator,
            config.limits(),
            config.clock(),
            ids,
            config.discardBodies());
    uploads.restore();
    upserts =
        new UpsertService(
            catalog,
            finished,
            new UpsertCommit(catalog, database, allocator, config.clock()),
            folder,
            allocator,
            config.limits(),
            config.clock(),
            ids);
    upserts.restore();
    downloads =
        new DownloadService(
            catalog,
            finished,
            new Snapshots(catalog, database, folder, allocator, limits.snapshotBytes()),
            new DownloadStore(folder),
            config.limits(),
            config.clock(),
            ids);
    downloads.restore();
    previews = new Previews(catalog, database, folder, allocator);
    instances =
        new InstanceService(
            new SqlRunner(
                new Workspace(catalog, database, sizes, folder, allocator, config.clock())),
            ids,
            config.limits(),
            limits.resultBytes(),
            config.clock());
  }

  /** Opens the data directory and recovers what the last run left. */
  static Storage open(LocalTunnelConfig config, Disk disk) throws IOException {
    DataFolder folder = DataFolder.open(config.dataDirectory(), disk);
    Database database = null;
    try {
      StorageLimits limits = config.storage();
      if (limits == null) {
        limits = StorageLimits.forMachine(folder.root());
      }
      folder.limitTemporary(limits.temporaryBytes());
      database =
          Database.open(
              folder.databaseFile(),
              folder.temporary(),
              limits.databaseMemoryBytes(),
              limits.temporaryBytes(),
              config.compactAfter());
      return new Storage(config, limits, folder, database);
    } catch (SQLException | IOException | RuntimeException e) {
      try {
        if (database != null) {
          database.close();
        }
      } finally {
        folder.close();
      }
      throw new IOException("The data directory cannot be opened: " + e.getMessage(), e);
    }
  }

  DataFolder folder() {
    return folder;
  }

  Database database() {
    return database;
  }

  Catalog catalog() {
    return catalog;
  }

  TableSizes sizes() {
    return sizes;
  }

  PartitionProperties partitionProperties() {
    return partitionProperties;
  }

  UploadService uploads() {
    return uploads;
  }

  UpsertService upserts() {
    return upserts;
  }

  Previews previews() {
    return previews;
  }

  DownloadService downloads() {
    return downloads;
  }

  InstanceService instances() {
    return instances;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /** Drops all tables, views and schemas of all projects. */
  void dropEverything() throws IOException {
    try {
      for (String project : catalog.projects().keySet()) {
        for (String schema : catalog.schemas(project).keySet()) {
          for (TableEntry table : List.copyOf(catalog.tables(project, schema))) {
            drop(table);
          }
          if (!schema.equals(TableEntry.DEFAULT_SCHEMA)) {
            change(change -> change.dropSchema(project, schema));
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException("The tables cannot be dropped: " + e.getMessage(), e);
    }
  }

  private void drop(TableEntry listed) throws SQLException {
    ReentrantLock lock = catalog.lock(listed.project(), listed.schemaName(), listed.name());
    lock.lock();
    try {
      Optional<TableEntry> table =
          catalog.find(listed.project(), listed.schemaName(), listed.name());
      if (table.isPresent()) {
        change(change -> change.dropTable(table.get()));
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(Step step) throws SQLException {
    try (CatalogChange change = CatalogChange.begin(catalog, database, clock.instant())) {
      step.apply(change);
      change.commit();
    }
  }

  @FunctionalInterface
  private interface Step {
    void apply(CatalogChange change) throws SQLException;
  }

  /** Ends running statements and the copying of rows, for whose end requests may wait. */
  void interrupt() throws IOException {
    instances.close();
    downloads.interrupt();
  }

  @Override
  public void close() throws IOException {
    instances.close();
    downloads.close();
    try {
      database.close();
    } finally {
      folder.close();
      allocator.close();
    }
  }
}
