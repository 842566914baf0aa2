package io.tunnel.spark.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.CommandResultExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Records queries with their plans and metrics, and the end of every task attempt. */
public final class RunRecorder {
  private final SparkSession session;
  private final List<Run> runs = new ArrayList<>();
  private final List<TaskEnd> tasks = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();

  private RunRecorder(SparkSession session) {
    this.session = session;
  }

  static RunRecorder attach(SparkSession session) {
    RunRecorder recorder = new RunRecorder(session);
    session.listenerManager().register(recorder.new Queries());
    session.sparkContext().addSparkListener(recorder.new Tasks());
    return recorder;
  }

  /**
   * A query that has ended.
   *
   * @param plans every plan of it as Spark prints them in the user interface and in EXPLAIN
   *     EXTENDED
   * @param metrics the SQL metrics of the executed plan, summed by name; empty after a failure
   * @param failure why it failed, or null
   */
  public record Run(String plans, Map<String, Long> metrics, @Nullable Exception failure) {}

  /**
   * The end of a task attempt.
   *
   * @param stageAttempt 0, or more when the stage was repeated because its input was lost
   * @param reason the simple class name of Spark's reason: Success, ExceptionFailure, TaskKilled,
   *     TaskCommitDenied, ExecutorLostFailure and so on
   * @param bytesWritten the output metric of the task
   * @param recordsWritten the output metric of the task
   */
  public record TaskEnd(
      int stage,
      int stageAttempt,
      int partition,
      int attempt,
      String executor,
      String reason,
      String message,
      long bytesWritten,
      long recordsWritten) {}

  /** What Spark's user interface would show of the queries since the test began. */
  public List<String> userInterface() {
    SparkHarness.awaitListeners(session);
    synchronized (shown) {
      return List.copyOf(shown);
    }
  }

  /** The queries since the test began, in the order of their ends. */
  public List<Run> queries() {
    SparkHarness.awaitListeners(session);
    synchronized (runs) {
      return List.copyOf(runs);
    }
  }

  /** The task attempts since the test began, in the order of their ends. */
  public List<TaskEnd> tasks() {
    SparkHarness.awaitListeners(session);
    synchronized (tasks) {
      return List.copyOf(tasks);
    }
  }

  void clear() {
    SparkHarness.awaitListeners(session);
    synchronized (runs) {
      runs.clear();
    }
    synchronized (tasks) {
      tasks.clear();
    }
    synchronized (shown) {
      shown.clear();
    }
  }

  private final class Queries implements QueryExecutionListener {
    @Override
    public void onSuccess(String name, QueryExecution query, long nanoseconds) {
      add(query, null);
    }

    @Override
    public void onFailure(String name, QueryExecution query, Exception failure) {
      add(query, failure);
    }

    private void add(QueryExecution query, @Nullable Exception failure) {
      Map<String, Long> metrics = new LinkedHashMap<>();
      if (failure == null) {
        // A query that failed may have failed in planning and then has no executed plan.
        collect(query.executedPlan(), metrics);
      }
      Run run = new Run(query.toString(), metrics, failure);
      synchronized (runs) {
        runs.add(run);
      }
    }

    private void collect(SparkPlan plan, Map<String, Long> metrics) {
      CollectionConverters.asJava(plan.metrics())
          .forEach((name, metric) -> metrics.merge(name, ((SQLMetric) metric).value(), Long::sum));
      if (plan instanceof AdaptiveSparkPlanExec adaptive) {
        collect(adaptive.executedPlan(), metrics);
      } else if (plan instanceof CommandResultExec result) {
        collect(result.commandPhysicalPlan(), metrics);
      } else if (plan instanceof QueryStageExec stage) {
        collect(stage.plan(), metrics);
      } else {
        CollectionConverters.asJava(plan.children()).forEach(child -> collect(child, metrics));
      }
    }
  }

  private final class Tasks extends SparkListener {
    /** Starts and plan changes of queries, whose text has plans, metrics and settings. */
    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event.getClass().getSimpleName().startsWith("SparkListenerSQL")) {
        synchronized (shown) {
          shown.add(event.toString());
        }
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      long bytes = end.taskMetrics() == null ? 0 : end.taskMetrics().outputMetrics().bytesWritten();
      long records =
          end.taskMetrics() == null ? 0 : end.taskMetrics().outputMetrics().recordsWritten();
      String reason = end.reason().getClass().getSimpleName().replace("$", "");
      TaskEnd task =
          new TaskEnd(
              end.stageId(),
              end.stageAttemptId(),
              end.taskInfo().partitionId(),
              end.taskInfo().attemptNumber(),
              end.taskInfo().executorId(),
              reason,
              end.reason().toString(),
              bytes,
              records);
      synchronized (tasks) {
        tasks.add(task);
      }
    }
  }
}
