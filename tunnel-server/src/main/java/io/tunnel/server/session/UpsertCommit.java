package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.UpsertSession.Pack;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The commit of an upsert session: one DuckDB transaction with the rows, the catalog, and the
 * session's id. What a crash leaves is either nothing or everything.
 */
public final class UpsertCommit {
  private final Catalog catalog;
  private final Database database;
  private final BufferAllocator allocator;
  private final InstantSource clock;

  /** A commit on this database. */
  public UpsertCommit(
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
  void run(UpsertSession session, List<Pack> packs) throws SQLException, IOException {
    UpsertSession.Identity identity = session.identity();
    List<BatchFile> files = open(packs);
    ReentrantLock lock = catalog.lock(identity.project(), identity.schemaName(), identity.table());
    lock.lock();
    try (CatalogChange change = CatalogChange.begin(catalog, database, clock.instant())) {
      if (!change.recordSession(session.id(), "[]", UpsertDocument.write(identity))) {
        return;
      }
      TableEntry table = requireTable(identity);
      if (!files.isEmpty()) {
        new UpsertMerge(change, database, table, identity.partition(), allocator).run(files);
      }
      PartitionSpec partition = identity.partition();
      if (partition != null) {
        change.putPartition(table, partition);
      }
      change.touch(table);
      change.commit();
    } finally {
      lock.unlock();
    }
  }

  private static List<BatchFile> open(List<Pack> packs) throws ServiceException {
    List<BatchFile> files = new ArrayList<>();
    for (Pack pack : packs) {
      try {
        files.add(BatchFile.open(pack.file()));
      } catch (IOException e) {
        throw ServiceError.DATA_STORE_ERROR.exception(
            "Pack "
                + pack.number()
                + " cannot be read any more; write all rows again in a new session: "
                + e.getMessage(),
            e);
      }
    }
    return files;
  }

  /**
   * The table of a session, which must be the one that the session began with.
   *
   * @throws ServiceException if it was dropped, replaced, or has other columns now, or if its
   *     partition has gone
   */
  TableEntry requireTable(UpsertSession.Identity identity) throws ServiceException {
    TableEntry table = catalog.table(identity.project(), identity.schemaName(), identity.table());
    if (!table.id().equals(identity.tableId())) {
      throw UploadCommit.replaced(table);
    }
    if (!UploadCommit.layout(table.schema()).equals(UploadCommit.layout(identity.schema()))
        || !table.primaryKey().equals(identity.primaryKey())) {
      throw ServiceError.TABLE_MODIFIED.exception(
          "The columns of table "
              + table.qualifiedName()
              + " were changed since the session began; write all rows again in a new session");
    }
    PartitionSpec partition = identity.partition();
    if (partition != null && catalog.partition(table, partition).isEmpty()) {
      throw Partitions.missing(table, partition);
    }
    return table;
  }
}
