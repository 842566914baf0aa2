package io.tunnel.server.session;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.RowExport;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Copies of tables and partitions in files. One file serves all sessions that began while the table
 * did not change, and is deleted with the last of them. Thread safe.
 */
public final class Snapshots {
  private static final String PREFIX = "s";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]{1,18}");

  private final Catalog catalog;
  private final Database database;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final Map<String, Shared> byContent = new HashMap<>();
  private final Map<Path, Shared> byPath = new HashMap<>();
  private final AtomicLong nextNumber = new AtomicLong();

  /** Snapshots of the tables of this database. */
  public Snapshots(
      Catalog catalog, Database database, DataFolder folder, BufferAllocator allocator) {
    this.catalog = catalog;
    this.database = database;
    this.folder = folder;
    this.allocator = allocator;
  }

  private static final class Shared {
    private final String content;
    private final BatchFile file;
    private int sessions;

    Shared(String content, BatchFile file) {
      this.content = content;
      this.file = file;
    }
  }

  /**
   * Gives the rows of a table or a partition as they are now, for one more session.
   *
   * @param stale the table as the caller saw it, perhaps some time ago
   */
  BatchFile take(TableEntry stale, @Nullable PartitionSpec partition)
      throws SQLException, IOException {
    String content;
    Reading reading;
    // Under the lock of the table the version in the catalog and the rows in DuckDB agree. The
    // query fixes what it sees when it begins; its rows are fetched after the lock is free.
    ReentrantLock lock = catalog.lock(stale.project(), stale.schemaName(), stale.name());
    lock.lock();
    try {
      TableEntry table = catalog.table(stale.project(), stale.schemaName(), stale.name());
      if (!table.id().equals(stale.id())) {
        throw ServiceError.NO_SUCH_TABLE.exception(
            "ODPS-0130131:Table not found - table "
                + stale.qualifiedName()
                + " was dropped meanwhile");
      }
      if (partition != null && catalog.partition(table, partition).isEmpty()) {
        throw Partitions.missing(table, partition);
      }
      content = table.id() + "/" + table.version() + "/" + partition;
      synchronized (this) {
        Shared shared = byContent.get(content);
        if (shared != null) {
          shared.sessions++;
          return shared.file;
        }
      }
      reading = new Reading(database, folder, table, partition);
    } finally {
      lock.unlock();
    }
    BatchFile file;
    try (reading) {
      Path path = folder.downloads().resolve(PREFIX + nextNumber.incrementAndGet());
      file = reading.write(allocator, path);
    }
    synchronized (this) {
      Shared shared = new Shared(content, file);
      shared.sessions = 1;
      byContent.put(content, shared);
      byPath.put(file.path(), shared);
    }
    return file;
  }

  /** A query that has begun. */
  private static final class Reading implements AutoCloseable {
    private final RowExport export;
    private final Database.Lease lease;
    private final Statement statement;
    private final ResultSet result;

    Reading(
        Database database, DataFolder folder, TableEntry table, @Nullable PartitionSpec partition)
        throws SQLException, IOException {
      List<Column> columns = table.schema().columns();
      export = new RowExport(columns, folder);
      try {
        lease = database.lease();
      } catch (SQLException e) {
        export.close();
        throw e;
      }
      try {
        statement = lease.connection().createStatement();
        result =
            export.open(
                statement,
                columns.stream().map(c -> ColumnStorage.quote(c.name())).toList(),
                table.physicalName()
                    + (partition == null
                        ? ""
                        : " WHERE " + CatalogChange.condition(table, partition)),
                further -> {});
      } catch (SQLException | IOException e) {
        // A statement is closed with its connection.
        lease.discard();
        lease.close();
        export.close();
        throw e;
      }
    }

    BatchFile write(BufferAllocator allocator, Path path) throws SQLException, IOException {
      return export.write(result, allocator, path, true);
    }

    @Override
    public void close() throws SQLException, IOException {
      try (export;
          lease;
          statement) {
        result.close();
      }
    }
  }

  /** Whether a name has the form of the names of these files. */
  static boolean isSnapshot(String name) {
    return NAME.matcher(name).matches();
  }

  /** Notes that a session of the last run uses a file. */
  synchronized void retain(BatchFile file) {
    byPath.computeIfAbsent(file.path(), p -> new Shared("", file)).sessions++;
    long number = Long.parseLong(file.path().getFileName().toString().substring(PREFIX.length()));
    nextNumber.accumulateAndGet(number, Math::max);
  }

  /** Notes that a session ends; the last one takes the file with it. */
  synchronized void release(BatchFile file) throws IOException {
    Shared shared = byPath.get(file.path());
    if (shared != null && --shared.sessions == 0) {
      byPath.remove(file.path());
      byContent.remove(shared.content, shared);
      Files.deleteIfExists(file.path());
    }
  }

  /** Deletes the files of the last run that no session uses. */
  synchronized void deleteUnused() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.downloads(), PREFIX + "*")) {
      for (Path file : files) {
        if (isSnapshot(file.getFileName().toString()) && !byPath.containsKey(file)) {
          Files.delete(file);
        }
      }
    }
  }
}
