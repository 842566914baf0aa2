package io.tunnel.spark.read;

import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.DownloadHandle;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * Streams a range of rows as columnar batches that lie over the Arrow vectors of the body. A batch
 * is valid until the next one. A query that needs no data column, such as a count, reads nothing.
 */
final class RowRangeReader implements PartitionReader<ColumnarBatch> {
  private static final int MOST_ROWS_WITHOUT_COLUMNS = 1 << 20;

  private final ClientLease lease;
  private final BufferAllocator allocator;
  private final @Nullable BatchReader body;
  private final List<ArrowColumn> dataColumns;
  private final ColumnarBatch batch;
  private long rowsLeft;

  private RowRangeReader(
      ClientLease lease,
      BufferAllocator allocator,
      @Nullable BatchReader body,
      List<ArrowColumn> dataColumns,
      ColumnarBatch batch,
      long rows) {
    this.lease = lease;
    this.allocator = allocator;
    this.body = body;
    this.dataColumns = dataColumns;
    this.batch = batch;
    rowsLeft = rows;
  }

  /** Starts the request for the range; the caller closes the reader. */
  static RowRangeReader open(
      Connection connection,
      DownloadHandle session,
      TableSchema schema,
      RowRange range,
      String[] columns)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (String column : columns) {
      if (schema.indexOf(column) >= 0) {
        names.add(column);
      }
    }
    ClientLease lease = connection.lease();
    BufferAllocator allocator = JvmResources.newAllocator(range.toString());
    BatchReader body = null;
    try {
      if (!names.isEmpty()) {
        body = lease.client().read(session, range.firstRow(), range.rows(), names, allocator);
      }
      List<ArrowColumn> dataColumns = new ArrayList<>();
      ColumnVector[] vectors = new ColumnVector[columns.length];
      for (int i = 0; i < columns.length; i++) {
        vectors[i] = column(schema, columns[i], range, body, dataColumns);
      }
      return new RowRangeReader(
          lease, allocator, body, dataColumns, new ColumnarBatch(vectors), range.rows());
    } catch (IOException | RuntimeException e) {
      try (lease;
          allocator;
          BatchReader opened = body) {
        throw e;
      }
    }
  }

  private static ColumnVector column(
      TableSchema schema,
      String name,
      RowRange range,
      @Nullable BatchReader body,
      List<ArrowColumn> dataColumns) {
    int index = schema.indexOf(name);
    if (index < 0 || body == null) {
      int partitionIndex = schema.partitionIndexOf(name);
      return PartitionValueColumn.of(
          schema.partitionColumns().get(partitionIndex), range.partitionValue(partitionIndex));
    }
    Column column = schema.columns().get(index);
    VectorSchemaRoot root = body.root();
    ArrowColumn vector = ArrowColumns.of(column.type(), root.getVector(column.name()));
    dataColumns.add(vector);
    return vector;
  }

  @Override
  public boolean next() throws IOException {
    if (body == null) {
      int rows = (int) Math.min(rowsLeft, MOST_ROWS_WITHOUT_COLUMNS);
      rowsLeft -= rows;
      batch.setNumRows(rows);
      return rows > 0;
    }
    if (!body.loadNextBatch()) {
      return false;
    }
    for (ArrowColumn column : dataColumns) {
      column.refresh();
    }
    batch.setNumRows(body.root().getRowCount());
    return true;
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public void close() throws IOException {
    BatchReader opened = body;
    try (lease;
        allocator;
        opened) {
      // Closed in reverse: the body, its memory, the client.
    }
  }
}
