package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.spark.harness.Fault;
import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.RunRecorder.TaskEnd;
import io.tunnel.spark.harness.SparkHarness;
import java.util.HashSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The harness itself, with Spark's own files as the data source. */
class SparkHarnessIT {
  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.cluster(2)
          .conf("spark.task.maxFailures", "2")
          .check(LeftoverCheck.threads("never-started-", 0))
          .build();

  private static Dataset<Row> rows() {
    return SPARK.session().range(0, 1_000, 1, 4).toDF();
  }

  private static long written(Dataset<Row> rows, String name) {
    String path = SPARK.directory().resolve(name).toString();
    rows.write().parquet(path);
    return SPARK.session().read().parquet(path).count();
  }

  @Test
  void executorsAreJvmsOfTheirOwn() {
    var processes = SPARK.onEachExecutor(() -> ProcessHandle.current().pid());
    assertThat(processes).hasSize(2);
    assertThat(new HashSet<>(processes.values())).hasSize(2);
    assertThat(processes.values()).doesNotContain(ProcessHandle.current().pid());
  }

  @Test
  void aFailedAttemptIsRepeatedAndRecorded() {
    assertThat(written(Fault.inject(rows(), Fault.fail(2, 0, 100)), "failed")).isEqualTo(1_000);
    assertThat(SPARK.runs().tasks())
        .filteredOn(task -> !task.reason().equals("Success"))
        .singleElement()
        .satisfies(task -> assertThat(task.partition()).isEqualTo(2))
        .extracting(TaskEnd::reason)
        .isEqualTo("ExceptionFailure");
  }

  @Test
  void aDeadExecutorIsReplaced() {
    assertThat(written(Fault.inject(rows(), Fault.die(1, 0, 10)), "died")).isEqualTo(1_000);
    assertThat(SPARK.runs().tasks())
        .extracting(TaskEnd::reason)
        .contains("ExecutorLostFailure", "Success");
    assertThat(SPARK.onEachExecutor(() -> 1)).hasSize(2);
  }

  @Test
  void plansMetricsAndFailuresAreCaptured() {
    Dataset<Row> hopeless = Fault.inject(rows(), Fault.fail(0, 0, 5), Fault.fail(0, 1, 5));
    assertThatThrownBy(() -> written(hopeless, "hopeless"))
        .hasStackTraceContaining("Partition 0, attempt 1 fails");
    assertThat(SPARK.runs().queries())
        .anySatisfy(
            run -> {
              assertThat(run.failure()).isNotNull();
              assertThat(run.plans()).contains("hopeless");
            });
    assertThat(written(rows(), "good")).isEqualTo(1_000);
    assertThat(SPARK.runs().queries())
        .anySatisfy(run -> assertThat(run.metrics()).containsEntry("numFiles", 4L));
  }
}
