package io.tunnel.server.session;

import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.RowExport;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A query on a table that has begun. What it sees is fixed by then; its rows may be fetched later.
 * Used by one thread.
 */
final class TableReading implements AutoCloseable {
  private final Database.Lease lease;
  private final RowExport.Rows rows;

  private TableReading(Database.Lease lease, RowExport.Rows rows) {
    this.lease = lease;
    this.rows = rows;
  }

  /**
   * Begins to read.
   *
   * @param columns columns of the table
   * @param form the layout of the file that is written
   * @param from what stands behind FROM: the table, with conditions and limits
   */
  static TableReading of(
      Database database, List<Column> columns, ArrowMapping.Form form, String from)
      throws SQLException {
    Database.Lease lease = database.lease();
    try {
      return new TableReading(
          lease,
          new RowExport(columns, form)
              .open(
                  lease.connection(),
                  columns.stream().map(c -> ColumnStorage.quote(c.name())).toList(),
                  from));
    } catch (SQLException | RuntimeException e) {
      lease.discard();
      try (lease) {
        throw e;
      }
    }
  }

  /** Writes all rows into a file; see {@link RowExport.Rows#write}. */
  BatchFile write(DataFolder folder, BufferAllocator allocator, Path path)
      throws SQLException, IOException {
    return rows.write(folder, allocator, path);
  }

  /** Writes all rows behind what the file has; see {@link RowExport.Rows#copy}. */
  void copy(BatchFileWriter file, BufferAllocator allocator) throws SQLException, IOException {
    rows.copy(file, allocator);
  }

  /** Lets the reading fail soon. From any thread, as long as it is not closed. */
  void interrupt() {
    lease.interrupt();
  }

  /**
   * Counts rows.
   *
   * @param from what stands behind FROM
   */
  static long count(Database database, String from) throws SQLException {
    try (Database.Lease lease = database.lease();
        Statement statement = lease.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + from)) {
      result.next();
      return result.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    try (lease) {
      rows.close();
    }
  }
}
