package io.tunnel.server.session;

import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.store.BatchFile;
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
  private final RowExport export;
  private final Database.Lease lease;
  private final Statement statement;
  private final ResultSet result;

  /**
   * Begins to read.
   *
   * @param columns columns of the table
   * @param form the layout of the file that is written
   * @param from what stands behind FROM: the table, with conditions and limits
   */
  TableReading(
      Database database,
      DataFolder folder,
      List<Column> columns,
      ArrowMapping.Form form,
      String from)
      throws SQLException, IOException {
    export = new RowExport(columns, form, folder);
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
              from,
              further -> {});
    } catch (SQLException | IOException e) {
      // A statement is closed with its connection.
      lease.discard();
      lease.close();
      export.close();
      throw e;
    }
  }

  /** Writes all rows into a file; see {@link RowExport#write}. */
  BatchFile write(BufferAllocator allocator, Path path, boolean durable)
      throws SQLException, IOException {
    return export.write(result, allocator, path, durable);
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
