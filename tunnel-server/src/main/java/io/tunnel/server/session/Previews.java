package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.ArrowStreamWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The first rows of a table without a session (specification: regular tunnel, section 3.7). Thread
 * safe.
 */
public final class Previews {
  /** As many rows as the service gives at most. */
  private static final long MOST_ROWS = 10_000;

  private final Catalog catalog;
  private final Database database;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final AtomicLong nextNumber = new AtomicLong();

  /** Previews of the tables of this database. */
  public Previews(
      Catalog catalog, Database database, DataFolder folder, BufferAllocator allocator) {
    this.catalog = catalog;
    this.database = database;
    this.folder = folder;
    this.allocator = allocator;
  }

  /**
   * Reads rows into a file, so that a slow client keeps nothing busy. The file is deleted when the
   * preview is closed.
   *
   * @param stale the table as the caller saw it
   * @param partition the partition as the client wrote it; null for all rows of the table
   * @param columnNames the wanted columns, partition columns among them, with commas between; null
   *     for all
   * @param limit the most rows; negative for as many as there may be
   */
  public Preview take(
      TableEntry stale, @Nullable PartitionSpec partition, @Nullable String columnNames, long limit)
      throws IOException {
    try {
      return new Preview(read(stale, partition, columnNames, limit));
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The rows of " + stale.qualifiedName() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private BatchFile read(
      TableEntry stale, @Nullable PartitionSpec partition, @Nullable String columnNames, long limit)
      throws SQLException, IOException {
    TableReading reading;
    ReentrantLock lock = catalog.lock(stale.project(), stale.schemaName(), stale.name());
    lock.lock();
    try {
      TableEntry table = catalog.table(stale.project(), stale.schemaName(), stale.name());
      Partitions.requireTable(table);
      PartitionSpec aligned = partition == null ? null : Partitions.align(table, partition);
      if (aligned != null && catalog.partition(table, aligned).isEmpty()) {
        throw Partitions.missing(table, aligned);
      }
      reading =
          TableReading.of(
              database,
              columns(table, columnNames),
              ArrowMapping.Form.EXTENDED,
              "(SELECT * FROM "
                  + table.physicalName()
                  + (aligned == null ? "" : " WHERE " + CatalogChange.condition(table, aligned))
                  + " LIMIT "
                  + (limit < 0 ? MOST_ROWS : Math.min(limit, MOST_ROWS))
                  + ")");
    } finally {
      lock.unlock();
    }
    try (reading) {
      return reading.write(
          folder, allocator, folder.temporary().resolve("p" + nextNumber.incrementAndGet()));
    }
  }

  /** The wanted columns in the order of the table, whatever the order of the names. */
  private static List<Column> columns(TableEntry table, @Nullable String names)
      throws ServiceException {
    List<Column> all = table.schema().allColumns();
    return RowAnswer.columns(all, names).stream().sorted().distinct().map(all::get).toList();
  }

  /** Rows that have been read. Used by one thread. */
  public final class Preview implements AutoCloseable {
    private final BatchFile file;

    private Preview(BatchFile file) {
      this.file = file;
    }

    /** Writes an Arrow stream and deletes the file; the caller closes {@code out}. */
    public void write(OutputStream out) throws IOException {
      try (ArrowStreamWriter stream =
          new ArrowStreamWriter(new KeepOpenOutput(out), file.schema())) {
        for (int batch = 0; batch < file.batches(); batch++) {
          try (ArrowBatchReader reader = file.read(batch, allocator)) {
            reader.loadNextBatch();
            stream.write(reader.root());
          }
        }
        stream.finish();
      }
      close();
    }

    /** Deletes the file. May be called again. */
    @Override
    public void close() throws IOException {
      file.discard();
    }
  }
}
