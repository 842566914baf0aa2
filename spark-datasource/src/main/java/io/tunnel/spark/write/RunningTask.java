package io.tunnel.spark.write;

import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.executor.OutputMetrics;

/** The Spark task that this thread runs, if it runs one. */
final class RunningTask {
  private RunningTask() {}

  /** Spark interrupts a killed task only if it is told to, so the flag is looked at as well. */
  static void stopIfKilled() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException("killed while rows were written");
    }
  }

  /** Sets the output metrics of the task. */
  static void reportOutput(long rows, long bytes) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      OutputMetrics output = task.taskMetrics().outputMetrics();
      output.setRecordsWritten(rows);
      output.setBytesWritten(bytes);
    }
  }
}
