package io.tunnel.spark.read;

import io.tunnel.protocol.session.DownloadHandle;
import io.tunnel.spark.connection.SerializedForm;
import org.apache.spark.sql.connector.read.InputPartition;

/** A range of rows of one download session: what one task reads. */
final class RowRange implements InputPartition {
  private static final long serialVersionUID = 1;

  private final SerializedForm<DownloadHandle> session;
  private final String[] partitionValues;
  private final long firstRow;
  private final long rows;

  /**
   * @param partitionValues the values of the table's partition columns in order
   */
  RowRange(
      SerializedForm<DownloadHandle> session, String[] partitionValues, long firstRow, long rows) {
    this.session = session;
    this.partitionValues = partitionValues;
    this.firstRow = firstRow;
    this.rows = rows;
  }

  DownloadHandle session() {
    return session.value(DownloadHandle.class);
  }

  String partitionValue(int column) {
    return partitionValues[column];
  }

  long firstRow() {
    return firstRow;
  }

  long rows() {
    return rows;
  }

  @Override
  public String toString() {
    return "rows " + firstRow + " to " + (firstRow + rows - 1);
  }
}
