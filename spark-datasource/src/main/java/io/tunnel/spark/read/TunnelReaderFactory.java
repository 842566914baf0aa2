package io.tunnel.spark.read;

import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SessionSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** All that travels from the driver to every reading task. Shows no secret. */
final class TunnelReaderFactory implements PartitionReaderFactory {
  private static final long serialVersionUID = 1;

  private final Connection connection;
  private final String[] columns;

  TunnelReaderFactory(Connection connection, String[] columns) {
    this.connection = connection;
    this.columns = columns;
  }

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    RowRange range = (RowRange) partition;
    try {
      return RowRangeReader.open(
          connection, SessionSchema.of(range.session().schemaJson()), range, columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    throw new UnsupportedOperationException("Rows are read in columnar batches only");
  }

  @Override
  public String toString() {
    return "TunnelReaderFactory(" + connection + ")";
  }
}
