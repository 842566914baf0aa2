package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A snapshot of a table, of a partition, or of the result of a SQL task, whose rows are numbered
 * from 0 (specification: regular tunnel, section 3; control plane, section 5). It expires by itself
 * after 24 hours; there is nothing to close. Thread safe.
 */
public final class DownloadSession {
  private final Downloads downloads;
  private final DownloadHandle handle;
  private final TableSchema schema;
  private final DownloadStatus status;
  private final boolean ignoresChanges;

  DownloadSession(
      Downloads downloads, DownloadHandle handle, TableSchema schema, DownloadStatus status) {
    this(downloads, handle, schema, status, false);
  }

  private DownloadSession(
      Downloads downloads,
      DownloadHandle handle,
      TableSchema schema,
      DownloadStatus status,
      boolean ignoresChanges) {
    this.downloads = downloads;
    this.handle = handle;
    this.schema = schema;
    this.status = status;
    this.ignoresChanges = ignoresChanges;
  }

  /** The id that the service has given. */
  public String id() {
    return handle.id();
  }

  /** What another process needs in order to read ranges. */
  public DownloadHandle handle() {
    return handle;
  }

  /** The columns. */
  public TableSchema schema() {
    return schema;
  }

  /** Rows in all. */
  public long recordCount() {
    return handle.recordCount();
  }

  /** The state as of the last answer. */
  public DownloadStatus status() {
    return status;
  }

  /**
   * The same session for a caller who wants the rows as they were when it began, even if rows of
   * the table have been replaced or taken away since. Without this, reading fails then with code
   * {@code TableModified}. Sends nothing.
   */
  public DownloadSession ignoringChanges() {
    return new DownloadSession(downloads, handle, schema, status, true);
  }

  /**
   * Reads a range of rows, in one request; after a transient fault the rest of the range is asked
   * for again. The batches have the wire form of {@link ArrowMapping}.
   *
   * @param firstRow number of the first row
   * @param rows how many; 0 gives no rows without a request
   * @param columns names of data columns in any case; the batches have them in the order of the
   *     table, whatever the order here; empty for all
   * @param allocator gives the memory of the batches
   * @return a reader that fails if the service sends fewer rows; the caller closes it
   * @throws TunnelException with code {@code InvalidRowRange} or {@code InvalidColumnSpec} if the
   *     request makes no sense, else as the service says
   */
  public BatchReader read(long firstRow, long rows, List<String> columns, BufferAllocator allocator)
      throws IOException {
    return read(firstRow, rows, columns, ArrowMapping.Form.WIRE, allocator);
  }

  /**
   * As {@link #read(long, long, List, BufferAllocator)}, in either form. The extended form loses
   * nothing of a TIMESTAMP, but columns of that type travel in the slower record encoding.
   */
  public BatchReader read(
      long firstRow,
      long rows,
      List<String> columns,
      ArrowMapping.Form form,
      BufferAllocator allocator)
      throws IOException {
    return downloads.read(
        handle,
        schema,
        new Downloads.Range(firstRow, rows, ignoresChanges),
        columns,
        form,
        allocator);
  }
}
