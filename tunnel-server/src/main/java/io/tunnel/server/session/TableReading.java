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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A query on a table that has begun. What it sees is fixed by then; its rows may be fetched later.
 *
 * <p>A large table is read in ranges of rows by several threads, because the driver hands out
 * values one by one; the ranges are mixed in the file, batch by batch. Used by one thread.
 */
final class TableReading implements AutoCloseable {
  private static final int MOST_PARTS = 4;

  /** What is worth a thread and a connection. */
  private static final long ROWS_PER_PART = 200_000;

  private final DataFolder folder;
  private final List<Column> columns;
  private final ArrowMapping.Form form;
  private final List<Part> parts = new ArrayList<>();

  private TableReading(DataFolder folder, List<Column> columns, ArrowMapping.Form form) {
    this.folder = folder;
    this.columns = columns;
    this.form = form;
  }

  /**
   * Begins to read, with one query.
   *
   * @param columns columns of the table
   * @param form the layout of the file that is written
   * @param from what stands behind FROM: the table, with conditions and limits
   */
  static TableReading of(
      Database database,
      DataFolder folder,
      List<Column> columns,
      ArrowMapping.Form form,
      String from)
      throws SQLException, IOException {
    return open(database, new TableReading(folder, columns, form), List.of(from));
  }

  /**
   * Begins to read all rows for which the condition holds. Nobody may change the table before this
   * returns, so that all queries see the same.
   */
  static TableReading whole(
      Database database,
      DataFolder folder,
      List<Column> columns,
      ArrowMapping.Form form,
      String table,
      @Nullable String condition)
      throws SQLException, IOException {
    long rows = count(database, table);
    long count =
        Math.max(
            1,
            Math.min(
                rows / ROWS_PER_PART,
                Math.min(MOST_PARTS, Runtime.getRuntime().availableProcessors())));
    List<String> conditions = new ArrayList<>();
    for (long part = 0; part < count; part++) {
      List<String> all = new ArrayList<>();
      if (condition != null) {
        all.add("(" + condition + ")");
      }
      if (part > 0) {
        all.add("rowid >= " + rows * part / count);
      }
      // Row ids go beyond the count where rows were deleted, so the last range has no end.
      if (part < count - 1) {
        all.add("rowid < " + rows * (part + 1) / count);
      }
      conditions.add(String.join(" AND ", all));
    }
    List<String> sources =
        conditions.stream().map(c -> table + (c.isEmpty() ? "" : " WHERE " + c)).toList();
    return open(database, new TableReading(folder, columns, form), sources);
  }

  private static long count(Database database, String table) throws SQLException {
    try (Database.Lease lease = database.lease();
        Statement statement = lease.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static TableReading open(Database database, TableReading reading, List<String> sources)
      throws SQLException, IOException {
    try {
      for (String source : sources) {
        reading.parts.add(new Part(database, reading.columns, reading.form, source));
      }
      return reading;
    } catch (SQLException | RuntimeException e) {
      try (reading) {
        throw e;
      }
    }
  }

  /** Writes all rows into a file; see {@link RowExport#write}. */
  BatchFile write(BufferAllocator allocator, Path path, boolean durable)
      throws SQLException, IOException {
    try (BatchFileWriter file = new BatchFileWriter(folder, columns, form)) {
      List<CompletableFuture<@Nullable Void>> others = new ArrayList<>();
      try {
        for (Part part : parts.subList(1, parts.size())) {
          others.add(part.start(allocator, file));
        }
        parts.get(0).write(allocator, file);
      } finally {
        // They use the file and the queries, which are closed next.
        others.forEach(other -> other.exceptionally(failure -> null).join());
      }
      for (CompletableFuture<@Nullable Void> other : others) {
        join(other);
      }
      return RowExport.finish(file, folder, path, durable);
    }
  }

  private static void join(CompletableFuture<@Nullable Void> part)
      throws SQLException, IOException {
    try {
      part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    if (!parts.isEmpty()) {
      // Each is closed, whatever becomes of the others.
      try (Part last = parts.remove(parts.size() - 1)) {
        close();
      }
    }
  }

  /** One query with its connection. */
  private static final class Part implements AutoCloseable {
    private final Database.Lease lease;
    private final RowExport.Rows rows;

    Part(Database database, List<Column> columns, ArrowMapping.Form form, String from)
        throws SQLException {
      lease = database.lease();
      try {
        rows =
            new RowExport(columns, form)
                .open(
                    lease.connection(),
                    columns.stream().map(c -> ColumnStorage.quote(c.name())).toList(),
                    from);
      } catch (SQLException | RuntimeException e) {
        lease.discard();
        lease.close();
        throw e;
      }
    }

    void write(BufferAllocator allocator, BatchFileWriter file) throws SQLException, IOException {
      rows.copy(allocator, file);
    }

    /** As {@link #write}, on a thread of its own. */
    CompletableFuture<@Nullable Void> start(BufferAllocator allocator, BatchFileWriter file) {
      CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  write(allocator, file);
                  written.complete(null);
                } catch (SQLException | IOException | RuntimeException | Error e) {
                  written.completeExceptionally(e);
                }
              },
              "tunnel-server-export");
      thread.setDaemon(true);
      thread.start();
      return written;
    }

    @Override
    public void close() throws SQLException {
      try (lease) {
        rows.close();
      }
    }
  }
}
