package io.tunnel.server.session;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.RowExport;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table on their way into a file that is read meanwhile. What they are is fixed when the
 * copy begins; {@link #run} may come later. Closed by whoever runs it.
 */
final class SnapshotCopy implements Closeable {
  private final String table;
  private final TableReading reading;
  private final BatchFileWriter writer;
  private final BatchFile file;
  private final BatchFile.Hold hold;
  private boolean closed;

  private SnapshotCopy(String table, TableReading reading, BatchFileWriter writer, BatchFile file)
      throws IOException {
    this.table = table;
    this.reading = reading;
    this.writer = writer;
    this.file = file;
    this.hold = file.hold();
  }

  /** Begins the copy; the caller holds the lock of the table, so that nobody changes it. */
  static SnapshotCopy begin(
      Database database,
      DataFolder folder,
      Path path,
      TableEntry table,
      @Nullable PartitionSpec partition)
      throws IOException {
    List<Column> columns = table.schema().columns();
    String from =
        table.physicalName()
            + (partition == null ? "" : " WHERE " + CatalogChange.condition(table, partition));
    try {
      long rows = TableReading.count(database, from);
      TableReading reading = TableReading.of(database, columns, RowExport.form(columns), from);
      try {
        BatchFileWriter writer =
            BatchFileWriter.inPlace(folder, path, columns, RowExport.form(columns));
        return new SnapshotCopy(table.qualifiedName(), reading, writer, writer.growing(rows));
      } catch (IOException | RuntimeException e) {
        try (reading) {
          throw e;
        }
      }
    } catch (SQLException e) {
      throw unreadable(table.qualifiedName(), e);
    }
  }

  /** The file, which can be read at once. */
  BatchFile file() {
    return file;
  }

  /**
   * Copies all rows.
   *
   * @throws IOException if that fails, which the readers of the file are told too
   */
  void run(BufferAllocator allocator) throws IOException {
    try {
      reading.copy(writer, allocator);
      if (writer.rows() != file.rows()) {
        throw ServiceError.DATA_STORE_ERROR.exception(
            "The table " + table + " gave " + writer.rows() + " of " + file.rows() + " rows");
      }
      writer.seal();
      writer.publish(file.path());
    } catch (SQLException e) {
      throw failed(unreadable(table, e));
    } catch (IOException e) {
      throw failed(e);
    } catch (RuntimeException | Error e) {
      failed(new IOException("The rows of " + table + " could not be copied", e));
      throw e;
    }
  }

  private IOException failed(IOException reason) {
    writer.fail(reason);
    return reason;
  }

  private static IOException unreadable(String table, SQLException cause) {
    return ServiceError.DATA_STORE_ERROR.exception(
        "The rows of " + table + " cannot be read: " + cause.getMessage(), cause);
  }

  /** Lets {@link #run} fail soon. From any thread. */
  synchronized void interrupt() {
    if (!closed) {
      reading.interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
    }
    try (hold;
        writer;
        reading) {
      writer.fail(new IOException("The copy was not begun"));
    } catch (SQLException e) {
      throw unreadable(table, e);
    }
  }
}
