package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tunnel.spark.harness.Fault;
import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.RunRecorder.TaskEnd;
import io.tunnel.spark.harness.SparkHarness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All rows or none, whatever fails; on executors that get the shaded jar from Spark, with Kryo. */
class FaultsIT {
  private static final long ROWS = 40_000;
  private static final int PARTITIONS = 4;

  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.cluster(2)
          .coresPerExecutor(2)
          .jar(ShadedJar.path())
          .conf("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
          .conf("spark.task.maxFailures", "2")
          .conf("spark.speculation", "true")
          .conf("spark.speculation.interval", "100ms")
          .conf("spark.speculation.quantile", "0.5")
          .conf("spark.speculation.multiplier", "1.1")
          .conf("spark.speculation.minTaskRuntime", "2s")
          .conf("spark.speculation.efficiency.enabled", "false")
          .check(Remote.noMemory())
          .check(Remote.noLeases())
          .check(LeftoverCheck.threads("tunnel-block-sender", 0))
          .check(
              LeftoverCheck.temporaryFiles(
                  path -> path.getFileName().toString().startsWith("tunnel")))
          .build();

  private static Dataset<Row> rows(Fault... faults) {
    Dataset<Row> rows =
        SPARK
            .session()
            .range(0, ROWS, 1, PARTITIONS)
            .selectExpr("id", "repeat(cast(id AS STRING), 20) AS text");
    return Fault.inject(rows, faults);
  }

  private static void create(String table) {
    SERVER.sql("CREATE TABLE " + table + " (id BIGINT, text STRING)");
  }

  private static void assertExactlyAllRows(String table) {
    assertThat(SERVER.lines("SELECT COUNT(*), COUNT(DISTINCT id), SUM(id) FROM " + table))
        .containsExactly(ROWS + "," + ROWS + "," + ROWS * (ROWS - 1) / 2);
  }

  private static List<String> reasons() {
    return SPARK.runs().tasks().stream().map(TaskEnd::reason).toList();
  }

  @Test
  void aTaskThatFailsAfterItHasWrittenRowsIsRepeated() {
    create("failing_task");
    SERVER
        .write(rows(Fault.fail(0, 0, 9_000), Fault.fail(3, 0, 0)), "failing_task")
        .mode("append")
        .save();
    assertExactlyAllRows("failing_task");
    assertThat(reasons()).contains("ExceptionFailure");
  }

  @Test
  void anExecutorThatDiesIsReplaced() {
    create("dead_executor");
    SERVER.write(rows(Fault.die(1, 0, 9_000)), "dead_executor").mode("append").save();
    assertExactlyAllRows("dead_executor");
    assertThat(reasons()).contains("ExecutorLostFailure");
  }

  @Test
  void aSlowAttemptLosesAgainstItsSpeculativeCopyWithoutATrace() {
    assumeTrue(SparkHarness.hasSeparateHosts(), "speculation needs several loopback addresses");
    create("slow_attempt");
    SERVER
        .write(rows(Fault.slow(2, 0, 9_000, Duration.ofMinutes(2))), "slow_attempt")
        .mode("append")
        .save();
    assertExactlyAllRows("slow_attempt");
    assertThat(reasons()).contains("Success", "TaskKilled").doesNotContain("ExceptionFailure");
  }

  @Test
  void anAttemptThatComesWhileAnotherCommitsIsNoFailure() throws IOException {
    assumeTrue(SparkHarness.hasSeparateHosts(), "speculation needs several loopback addresses");
    create("denied");
    Path copyCommits = SPARK.directory().resolve("copy-commits");
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      AtomicInteger answers = new AtomicInteger();
      proxy.beforeAnswering(
          request -> {
            if (request.isBlock(1) && answers.getAndIncrement() == 0) {
              // The winner waits for its answer until the loser has been turned away.
              Waiting.create(copyCommits);
              Waiting.until(() -> reasons().contains("TaskCommitDenied"));
            }
            return true;
          });
      Dataset<Row> rows =
          rows()
              .mapPartitions(
                  Remote.firstAttemptWaitsFor(1, copyCommits.toString()),
                  Encoders.row(rows().schema()));
      SERVER.write(rows, "denied").option("tunnelEndpoint", proxy.endpoint()).mode("append").save();
    }
    assertExactlyAllRows("denied");
    assertThat(reasons()).contains("TaskCommitDenied").doesNotContain("ExceptionFailure");
  }

  @Test
  void aBlockThatIsRefusedAtItsEndIsWrittenByTheNextAttempt() throws IOException {
    create("refused_block");
    AtomicInteger blocks = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(request -> request.isBlock(2) && blocks.getAndIncrement() == 0);
      SERVER
          .write(rows(), "refused_block")
          .option("tunnelEndpoint", proxy.endpoint())
          .mode("append")
          .save();
    }
    assertExactlyAllRows("refused_block");
    assertThat(SPARK.runs().tasks())
        .anyMatch(
            task ->
                task.reason().equals("ExceptionFailure")
                    && task.partition() == 2
                    && task.message().contains("refused by the test"));
  }

  @Test
  void nothingIsVisibleBeforeTheCommit() throws IOException {
    create("invisible");
    SERVER.sql("INSERT INTO invisible VALUES (-1, 'old')");
    List<String> seen = new CopyOnWriteArrayList<>();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isCommit()) {
              seen.addAll(SERVER.lines("SELECT id FROM invisible"));
            }
            return true;
          });
      SERVER
          .write(rows(), "invisible")
          .option("tunnelEndpoint", proxy.endpoint())
          .mode("overwrite")
          .save();
    }
    assertThat(seen).containsExactly("-1");
    assertExactlyAllRows("invisible");
  }

  @Test
  void aLostAnswerToTheCommitIsResolved() throws IOException {
    create("lost_answer");
    AtomicInteger commits = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeAnswering(request -> !request.isCommit() || commits.getAndIncrement() > 0);
      SERVER
          .write(rows(), "lost_answer")
          .option("tunnelEndpoint", proxy.endpoint())
          .mode("append")
          .save();
    }
    assertThat(commits.get()).isPositive();
    assertExactlyAllRows("lost_answer");
  }

  @Test
  void aBlockWhoseConnectionBreaksIsSentAgain() throws IOException {
    create("broken_block");
    AtomicInteger broken = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeAnswering(request -> !request.isBlock(2) || broken.getAndIncrement() > 0);
      SERVER
          .write(rows(), "broken_block")
          .option("tunnelEndpoint", proxy.endpoint())
          .mode("append")
          .save();
    }
    assertThat(broken.get()).isEqualTo(2);
    assertExactlyAllRows("broken_block");
    assertThat(reasons()).doesNotContain("ExceptionFailure");
  }

  @Test
  void aTableDroppedBeforeTheCommitFailsTheJobWithTheServicesWords() throws IOException {
    create("dropped");
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isCommit()) {
              SERVER.sql("DROP TABLE IF EXISTS dropped");
            }
            return true;
          });
      assertThatThrownBy(
              () ->
                  SERVER
                      .write(rows(), "dropped")
                      .option("tunnelEndpoint", proxy.endpoint())
                      .mode("append")
                      .save())
          .hasStackTraceContaining("request id")
          .hasStackTraceContaining("dropped");
    }
  }

  @Test
  void aTableDroppedWhileBlocksAreSentFailsTheJobWithTheServicesWords() throws IOException {
    create("dropped_early");
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isBlock(0)) {
              SERVER.sql("DROP TABLE IF EXISTS dropped_early");
            }
            return true;
          });
      assertThatThrownBy(
              () ->
                  SERVER
                      .write(rows(), "dropped_early")
                      .option("tunnelEndpoint", proxy.endpoint())
                      .mode("append")
                      .save())
          .hasStackTraceContaining("request id")
          .hasStackTraceContaining("dropped_early");
    }
  }

  @Test
  void aJobThatFailsLeavesTheOldRows() {
    create("aborted");
    SERVER.sql("INSERT INTO aborted VALUES (1, 'old')");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(rows(Fault.fail(3, 0, 9_000), Fault.fail(3, 1, 9_000)), "aborted")
                    .mode("overwrite")
                    .save())
        .hasStackTraceContaining("Partition 3, attempt 1 fails");
    assertThat(SERVER.lines("SELECT * FROM aborted")).containsExactly("1,\"old\"");
  }

  @Test
  void aCancelledJobEndsWithinSecondsAndLeavesNothing() throws Exception {
    create("cancelled");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              SPARK.session().sparkContext().setJobGroup("to cancel", "cancelled", true);
              SERVER
                  .write(rows(Fault.hang(0, 0, 9_000), Fault.hang(0, 1, 9_000)), "cancelled")
                  .mode("append")
                  .save();
            });
    awaitFinishedTasks(PARTITIONS - 1);
    SPARK.session().sparkContext().cancelJobGroup("to cancel");
    assertThatThrownBy(() -> writing.get(20, TimeUnit.SECONDS)).hasStackTraceContaining("cancel");
    assertThat(SERVER.count("cancelled")).isZero();
  }

  @Test
  void aJobIsCancelledThoughTheServiceIsSilent() throws Exception {
    create("silent");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isBlock(3)) {
              asked.countDown();
              Waiting.forLatch(over);
              return false;
            }
            return true;
          });
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                SPARK.session().sparkContext().setJobGroup("silent", "silent", true);
                SERVER
                    .write(rows(), "silent")
                    .option("tunnelEndpoint", proxy.endpoint())
                    .mode("append")
                    .save();
              });
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      SPARK.session().sparkContext().cancelJobGroup("silent");
      assertThatThrownBy(() -> writing.get(20, TimeUnit.SECONDS)).hasStackTraceContaining("cancel");
      over.countDown();
    }
    assertThat(SERVER.count("silent")).isZero();
  }

  @Test
  void tasksOfAFailedJobEndThoughTheServiceIsGone() throws IOException {
    create("gone");
    CountDownLatch others = new CountDownLatch(PARTITIONS - 1);
    CountDownLatch over = new CountDownLatch(1);
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(
          request -> {
            if (request.isBlock(0)) {
              Waiting.forLatch(others);
              return true;
            }
            return false;
          });
      proxy.beforeForwarding(
          request -> {
            if (request.method().equals("PUT")) {
              others.countDown();
              Waiting.forLatch(over);
              return false;
            }
            return true;
          });
      assertThatThrownBy(
              () ->
                  SERVER
                      .write(rows(), "gone")
                      .option("tunnelEndpoint", proxy.endpoint())
                      .mode("append")
                      .save())
          .hasStackTraceContaining("refused by the test");
      over.countDown();
    }
    // Spark only marks them as killed. Nobody answers them any more, and they would try for
    // minutes.
    Remote.noMemory().verify(SPARK);
  }

  private static void awaitFinishedTasks(int count) {
    Waiting.until(() -> reasons().stream().filter("Success"::equals).count() >= count);
  }

  @Test
  void whatIsReadSurvivesFailingTasksToo() {
    create("read_back");
    SERVER.write(rows(), "read_back").mode("append").save();
    Dataset<Row> read =
        SERVER.read(SPARK.session(), "read_back").option("rowsPerSplit", "7000").load();
    assertThat(Fault.inject(read, Fault.fail(1, 0, 3_000)).distinct().count()).isEqualTo(ROWS);
    assertThat(Fault.inject(read, Fault.die(4, 0, 10)).distinct().count()).isEqualTo(ROWS);
  }
}
