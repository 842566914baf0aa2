package io.tunnel.spark.write;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** One number of a task; the same object is changed and shown again. */
final class TaskMetric implements CustomTaskMetric {
  private final String name;
  private long value;

  TaskMetric(String name) {
    this.name = name;
  }

  void set(long newValue) {
    value = newValue;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long value() {
    return value;
  }
}
