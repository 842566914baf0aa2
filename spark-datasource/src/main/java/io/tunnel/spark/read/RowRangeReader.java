package io.tunnel.spark.read;

import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.connection.TaskWatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
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

  private final TableSchema schema;
  private final RowRange range;
  private final ClientLease lease;
  private final BufferAllocator allocator;
  private final TaskWatch watch;
  private final List<ArrowColumn> dataColumns = new ArrayList<>();
  private final ColumnarBatch batch;
  private @Nullable BatchReader body;
  private boolean more;
  private long rowsLeft;

  private RowRangeReader(
      Connection connection, TableSchema schema, RowRange range, ColumnVector[] columns) {
    this.schema = schema;
    this.range = range;
    batch = new ColumnarBatch(columns);
    rowsLeft = range.rows();
    lease = connection.lease();
    allocator = JvmResources.newAllocator(range.toString());
    watch = TaskWatch.ofThisTask();
  }

  /** Starts the request for the range; the caller closes the reader. */
  static RowRangeReader open(
      Connection connection, TableSchema schema, RowRange range, String[] columns)
      throws IOException {
    ColumnVector[] vectors = new ColumnVector[columns.length];
    RowRangeReader reader = new RowRangeReader(connection, schema, range, vectors);
    try {
      reader.start(columns, vectors);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
    return reader;
  }

  private void start(String[] columns, ColumnVector[] vectors) throws IOException {
    List<String> names = Stream.of(columns).filter(column -> schema.indexOf(column) >= 0).toList();
    if (!names.isEmpty()) {
      watch.during(
          () ->
              body =
                  lease
                      .client()
                      .read(range.session(), range.firstRow(), range.rows(), names, allocator));
    }
    for (int i = 0; i < columns.length; i++) {
      vectors[i] = column(columns[i]);
    }
  }

  private ColumnVector column(String name) {
    int index = schema.indexOf(name);
    BatchReader reader = body;
    if (index < 0 || reader == null) {
      int partitionIndex = schema.partitionIndexOf(name);
      return PartitionValueColumn.of(
          schema.partitionColumns().get(partitionIndex), range.partitionValue(partitionIndex));
    }
    Column column = schema.columns().get(index);
    ArrowColumn vector = ArrowColumns.of(column.type(), reader.root().getVector(column.name()));
    dataColumns.add(vector);
    return vector;
  }

  @Override
  public boolean next() throws IOException {
    BatchReader reader = body;
    if (reader == null) {
      int rows = (int) Math.min(rowsLeft, MOST_ROWS_WITHOUT_COLUMNS);
      rowsLeft -= rows;
      batch.setNumRows(rows);
      return rows > 0;
    }
    watch.during(() -> more = reader.loadNextBatch());
    if (!more) {
      return false;
    }
    for (ArrowColumn column : dataColumns) {
      column.refresh();
    }
    batch.setNumRows(reader.root().getRowCount());
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
        opened;
        watch) {
      // Closed in reverse: the watch, the body, its memory, the client.
    }
  }
}
