package io.tunnel.spark.write;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** Rows that tasks have taken. Public because Spark makes instances of its own. */
public final class RowsWritten extends CustomSumMetric {
  static final String NAME = "tunnelRowsWritten";

  /** For Spark. */
  public RowsWritten() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "rows written";
  }
}
