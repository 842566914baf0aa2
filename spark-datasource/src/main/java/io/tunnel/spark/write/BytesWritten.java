package io.tunnel.spark.write;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/**
 * Bytes of the values before compression. Counted when a row is taken, because Spark asks for the
 * last time before a task commits. Public because Spark makes instances of its own.
 */
public final class BytesWritten extends CustomSumMetric {
  static final String NAME = "tunnelBytesWritten";

  /** For Spark. */
  public BytesWritten() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes of values written, uncompressed";
  }
}
