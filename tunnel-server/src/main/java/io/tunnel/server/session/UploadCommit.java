package io.tunnel.server.session;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.UploadSession.Block;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.BlockLoad;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The commit of an upload session: one DuckDB transaction with the rows, the catalog, and the
 * session's id with its blocks. What a crash leaves is either nothing or everything.
 */
public final class UploadCommit {
  /** From here on speed counts more than the order of rows, which nobody is promised. */
  private static final long ORDERED_ROWS = 100_000;

  private final Catalog catalog;
  private final Database database;
  private final BufferAllocator allocator;
  private final InstantSource clock;

  /** A commit on this database. */
  public UploadCommit(
      Catalog catalog, Database database, BufferAllocator allocator, InstantSource clock) {
    this.catalog = catalog;
    this.database = database;
    this.allocator = allocator;
    this.clock = clock;
  }

  /**
   * Commits; a session that has been committed before is left as it is.
   *
   * @throws SQLException if nothing has been committed, as far as that can be found out
   */
  void run(UploadSession session, List<Block> blocks) throws SQLException, IOException {
    List<BatchFile> files = open(blocks);
    UploadSession.Identity identity = session.identity();
    ReentrantLock lock = catalog.lock(identity.project(), identity.schemaName(), identity.table());
    lock.lock();
    try (CatalogChange change = CatalogChange.begin(catalog, database, clock.instant())) {
      if (!change.recordSession(
          session.id(), BlockList.write(blocks), SessionDocument.write(identity))) {
        return;
      }
      TableEntry table = requireTable(identity);
      PartitionSpec partition = identity.partition();
      if (partition != null && catalog.partition(table, partition).isEmpty()) {
        if (!identity.createPartition()) {
          throw Partitions.missing(table, partition);
        }
      }
      if (identity.overwrite()) {
        change.deleteRows(table, partition);
      }
      load(change, table, session, files);
      if (partition != null) {
        change.putPartition(table, partition);
      }
      change.touch(table);
      change.commit();
    } finally {
      lock.unlock();
    }
  }

  private static List<BatchFile> open(List<Block> blocks) throws ServiceException {
    List<BatchFile> files = new ArrayList<>();
    for (Block block : blocks) {
      Path file = block.file();
      if (file != null && block.rows() > 0) {
        try {
          files.add(BatchFile.open(file));
        } catch (IOException e) {
          throw ServiceError.DATA_STORE_ERROR.exception(
              "Block "
                  + block.id()
                  + " cannot be read any more; write it again, then commit: "
                  + e.getMessage(),
              e);
        }
      }
    }
    return files;
  }

  /**
   * The table of a session, which must be the one that the session began with.
   *
   * @throws ServiceException if it was dropped, replaced, or has other columns now
   */
  TableEntry requireTable(UploadSession.Identity identity) throws ServiceException {
    TableEntry table = catalog.table(identity.project(), identity.schemaName(), identity.table());
    if (!table.id().equals(identity.tableId())) {
      throw replaced(table);
    }
    if (!layout(table.schema()).equals(layout(identity.schema()))) {
      throw ServiceError.NO_SUCH_TABLE.exception(
          "ODPS-0130131:Table not found - the columns of table "
              + table.qualifiedName()
              + " were changed since the session began; begin a new session");
    }
    return table;
  }

  /** The error for a table that has the name of a session's, and nothing else. */
  static ServiceException replaced(TableEntry table) {
    return ServiceError.NO_SUCH_TABLE.exception(
        "ODPS-0130131:Table not found - table "
            + table.qualifiedName()
            + " was dropped and created again since the session began; begin a new session");
  }

  /** What the staged rows of a session depend on. */
  static List<Column> layout(TableSchema schema) {
    return schema.allColumns().stream().map(c -> Column.of(c.name(), c.type())).toList();
  }

  private void load(
      CatalogChange change, TableEntry table, UploadSession session, List<BatchFile> files)
      throws SQLException, IOException {
    if (files.isEmpty()) {
      return;
    }
    List<Column> columns = session.schema().columns();
    PartitionSpec partition = session.identity().partition();
    if (!table.primaryKey().isEmpty()) {
      new UpsertMerge(change, database, table, partition, allocator).insert(files);
      return;
    }
    try (BlockLoad load = new BlockLoad(columns, files, allocator)) {
      String constants =
          partition == null
              ? ""
              : table.schema().partitionColumns().stream()
                  .map(c -> ", " + CatalogChange.value(c, partition))
                  .collect(Collectors.joining());
      String insert =
          "INSERT INTO "
              + table.physicalName()
              + " ("
              + table.schema().allColumns().stream()
                  .map(c -> ColumnStorage.quote(c.name()))
                  .collect(Collectors.joining(", "))
              + ") "
              + load.select(constants);
      long rows =
          load.rows() < ORDERED_ROWS
              ? change.execute(insert)
              : database.unordered(() -> change.execute(insert));
      if (rows != load.rows()) {
        throw new SQLException(
            "Only " + rows + " of " + load.rows() + " rows were stored; nothing was committed");
      }
    }
  }
}
