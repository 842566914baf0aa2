package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.spark.connection.Connection;
import java.time.InstantSource;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.types.StructType;

/** A checked write. Spark shows its text in plans. */
final class TunnelWrite implements Write {
  private final Connection connection;
  private final TableName table;
  private final UploadOptions upload;
  private final StructType rows;

  TunnelWrite(Connection connection, TableName table, UploadOptions upload, StructType rows) {
    this.connection = connection;
    this.table = table;
    this.upload = upload;
    this.rows = rows;
  }

  @Override
  public String description() {
    return "tunnel "
        + (upload.overwrite() ? "overwrite of " : "append to ")
        + table
        + (upload.partition() == null ? "" : "/" + upload.partition().toPathString());
  }

  @Override
  public BatchWrite toBatch() {
    return new TunnelBatchWrite(
        connection, table, upload, rows, description(), InstantSource.system());
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new RowsWritten(), new BytesWritten()};
  }

  @Override
  public String toString() {
    return description();
  }
}
