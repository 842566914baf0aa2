package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.RunRecorder.TaskEnd;
import io.tunnel.spark.harness.SparkHarness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A stage that is repeated because its input was lost, while an attempt of its first run is still
 * at work. Without speculation, which would move all tasks to one executor.
 */
class RepeatedStageIT {
  private static final long ROWS = 40_000;
  private static final int PARTITIONS = 4;

  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.cluster(2)
          .coresPerExecutor(2)
          .jar(ShadedJar.path())
          .conf("spark.locality.wait", "0")
          .check(Remote.noMemory())
          .check(Remote.noLeases())
          .check(LeftoverCheck.threads("tunnel-block-sender", 0))
          .build();

  @Test
  void oldAndNewAttemptsWriteEveryRowOnce() throws IOException {
    SERVER.sql("CREATE TABLE repeated_stage (id BIGINT, text STRING)");
    // Once both executors are there, each gets half of the tasks.
    assertThat(Remote.executors(SPARK)).hasSize(2);
    Path goOn = SPARK.directory().resolve("go on");
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      AtomicInteger answers = new AtomicInteger();
      proxy.beforeAnswering(
          request -> {
            if (request.isBlock(1) && answers.getAndIncrement() == 0) {
              // The new attempt waits for its answer until the old one has been turned away.
              Waiting.create(goOn);
              Waiting.until(() -> SPARK.runs().tasks().stream().anyMatch(this::isOldAndDenied));
            }
            return true;
          });
      Dataset<Row> rows =
          SPARK
              .session()
              .range(0, ROWS, 1, PARTITIONS)
              .selectExpr("id", "repeat(cast(id AS STRING), 20) AS text")
              .repartition(PARTITIONS, functions.col("id"));
      SERVER
          .write(
              rows.mapPartitions(
                  Remote.firstStageAttemptLosesItsInput(SPARK.directory().toString()),
                  Encoders.row(rows.schema())),
              "repeated_stage")
          .option("tunnelEndpoint", proxy.endpoint())
          .mode("append")
          .save();
    }
    assertThat(SERVER.lines("SELECT COUNT(*), COUNT(DISTINCT id), SUM(id) FROM repeated_stage"))
        .containsExactly(ROWS + "," + ROWS + "," + ROWS * (ROWS - 1) / 2);
    assertThat(SPARK.runs().tasks())
        .anyMatch(this::isOldAndDenied)
        .anyMatch(task -> task.stageAttempt() == 1 && task.reason().equals("Success"))
        .noneMatch(task -> task.reason().equals("ExceptionFailure"));
  }

  private boolean isOldAndDenied(TaskEnd task) {
    return task.partition() == 1
        && task.stageAttempt() == 0
        && task.reason().equals("TaskCommitDenied");
  }
}
