package io.tunnel.jdbc;

import io.tunnel.jdbc.accessor.AccessorFactory;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.result.Cursor;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a SELECT, batch after batch from the network. One batch is in memory at a time; a
 * fetch size splits the result into requests of so many rows. The result is complete or fails: rows
 * that the session promised and the body lacks are an error.
 */
final class ArrowCursor implements Cursor, ArrowStream {
  private static final Logger LOG = LoggerFactory.getLogger(ArrowCursor.class);

  /** Where the rows come from. */
  interface Source {
    /** Opens a reader of the rows {@code first} to {@code first + count - 1}. */
    BatchReader read(long first, long count) throws IOException;
  }

  private final List<Column> columns;
  private final Source source;
  private final long total;
  private final BufferAllocator allocator;
  private final ValueConverter converter;
  private final ExecutionControl control;
  private int fetchSize;

  private @Nullable BatchReader reader;
  private @Nullable VectorSchemaRoot root;
  private Accessor[] accessors = new Accessor[0];
  private long rangeEnd;
  private long loaded;
  private int batchRows;
  private int row = -1;
  private boolean closed;

  /**
   * Creates a cursor before the first row.
   *
   * @param total rows of the result
   * @param allocator owned by the cursor
   */
  ArrowCursor(
      List<Column> columns,
      Source source,
      long total,
      int fetchSize,
      BufferAllocator allocator,
      ValueConverter converter,
      ExecutionControl control) {
    this.columns = List.copyOf(columns);
    this.source = source;
    this.total = total;
    this.fetchSize = fetchSize;
    this.allocator = allocator;
    this.converter = converter;
    this.control = control;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public boolean next() throws SQLException {
    if (row + 1 < batchRows || loadBatch()) {
      row++;
      return true;
    }
    row = batchRows;
    return false;
  }

  /** Loads a batch and stands before its first row; false if there are no more rows. */
  private boolean loadBatch() throws SQLException {
    batchRows = 0;
    row = -1;
    while (loaded < total) {
      control.checkCancelled();
      try {
        if (tryLoad()) {
          return true;
        }
      } catch (IOException e) {
        closeReader();
        control.checkCancelled();
        throw SqlErrors.of("Reading row " + (loaded + 1) + " of " + total, e);
      }
    }
    closeReader();
    return false;
  }

  private boolean tryLoad() throws IOException, SQLException {
    BatchReader current = reader;
    if (current == null) {
      long count = fetchSize == 0 ? total - loaded : Math.min(fetchSize, total - loaded);
      rangeEnd = loaded + count;
      current = source.read(loaded, count);
      reader = current;
      attach(current.root());
    }
    if (current.loadNextBatch()) {
      batchRows = current.root().getRowCount();
      loaded += batchRows;
      return true;
    }
    closeReader();
    if (loaded < rangeEnd) {
      throw SqlErrors.incomplete(loaded, rangeEnd);
    }
    return false;
  }

  private void attach(VectorSchemaRoot batch) {
    root = batch;
    accessors = new Accessor[columns.size()];
    for (int i = 0; i < accessors.length; i++) {
      FieldVector vector = batch.getVector(i);
      accessors[i] = AccessorFactory.create(columns.get(i).type(), vector, converter);
    }
  }

  @Override
  public boolean isLast() {
    return row >= 0 && loaded == total && row == batchRows - 1;
  }

  @Override
  public int row() {
    return row;
  }

  @Override
  public Accessor accessor(int column) {
    return accessors[column];
  }

  @Override
  public void setFetchSize(int rows) {
    fetchSize = rows;
  }

  private void closeReader() {
    BatchReader current = reader;
    reader = null;
    root = null;
    if (current != null) {
      try {
        current.close();
      } catch (IOException e) {
        LOG.debug("Closing a download failed; its rows were read or are given up", e);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      batchRows = 0;
      closeReader();
      allocator.close();
    }
  }

  @Override
  public long writeTo(OutputStream out) throws SQLException, IOException {
    Messages messages = new Messages();
    for (byte[] message = messages.next(); message != null; message = messages.next()) {
      out.write(message);
    }
    out.flush();
    return messages.rows;
  }

  @Override
  public InputStream openStream() {
    return new MessageInputStream(new Messages()::next);
  }

  /** The messages of the remaining rows. */
  private final class Messages {
    private final ArrowIpcEncoder encoder = new ArrowIpcEncoder();
    private boolean schemaSent;
    private boolean ended;
    private long rows;

    byte @Nullable [] next() throws SQLException, IOException {
      if (closed) {
        throw SqlErrors.closed("result set");
      }
      if (ended) {
        return null;
      }
      try {
        boolean more = row + 1 < batchRows || loadBatch();
        VectorSchemaRoot batch = root;
        if (!schemaSent) {
          schemaSent = true;
          Schema physical =
              batch == null
                  ? ArrowMapping.schema(columns, ArrowMapping.Form.WIRE)
                  : batch.getSchema();
          return encoder.schema(columns, physical);
        }
        ended = !more || batch == null;
        return ended ? ArrowIpcEncoder.end() : remainingRows(Objects.requireNonNull(batch));
      } catch (RuntimeException e) {
        throw SqlErrors.of("Encoding rows as Arrow", e);
      }
    }

    private byte[] remainingRows(VectorSchemaRoot batch) throws IOException {
      int first = row + 1;
      row = batchRows - 1;
      rows += batchRows - first;
      if (first == 0) {
        return encoder.batch(batch);
      }
      try (VectorSchemaRoot slice = batch.slice(first, batchRows - first)) {
        return encoder.batch(slice);
      }
    }
  }
}
