package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.RunRecorder.TaskEnd;
import io.tunnel.spark.harness.SparkHarness;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writing by primary key when something fails; on executors that get the shaded jar from Spark,
 * with Kryo. Each key comes four times, so that an attempt which sent more than the last row of a
 * key, or another one than its repetition, would leave a wrong value.
 */
class UpsertFaultsIT {
  private static final int KEYS = 4_000;

  /** Four tasks have four of them each; a task sends every bucket in a pack of its own. */
  private static final int BUCKETS = 16;

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
          .check(LeftoverCheck.threads("tunnel-upsert", 0))
          .build();

  private static void create(String table) {
    SERVER.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT NOT NULL, v BIGINT, text STRING, PRIMARY KEY (id)) TBLPROPERTIES"
            + " (\"transactional\"=\"true\",\"write.bucket.num\"=\""
            + BUCKETS
            + "\")");
    SERVER.sql("INSERT INTO " + table + " VALUES (-1, -1, 'old'), (0, -1, 'old')");
  }

  private static void createByDay(String table) {
    SERVER.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT NOT NULL, v BIGINT, PRIMARY KEY (id)) PARTITIONED BY (ds BIGINT)"
            + " TBLPROPERTIES (\"transactional\"=\"true\",\"write.bucket.num\"=\"1\")");
  }

  private static DataFrameWriter<Row> upsertDays(String table, FaultyProxy proxy) {
    return SERVER
        .write(rows().select("id", "v"), table)
        .option("endpoint", proxy.serviceEndpoint())
        .option("writeMode", "upsert")
        .mode("append");
  }

  /** The last row of key k has the value 3 * KEYS + k and deletes every key that ends with 9. */
  private static Dataset<Row> rows() {
    return SPARK
        .session()
        .range(0, 4L * KEYS, 1, 4)
        .selectExpr(
            "id % " + KEYS + " AS id",
            "id AS v",
            "repeat(cast(id AS STRING), 10) AS text",
            "id AS seq",
            "IF(id >= " + 3 * KEYS + " AND id % 10 = 9, 'D', 'U') AS op");
  }

  private static DataFrameWriter<Row> upsert(String table, FaultyProxy proxy) {
    return SERVER
        .write(rows(), table)
        .option("tunnelEndpoint", proxy.endpoint())
        .option("writeMode", "upsert")
        .option("operationColumn", "op")
        .option("orderColumn", "seq")
        // Tasks of a job that has failed do not wait long for a proxy that is gone.
        .option("retryTimeout", "10s")
        .mode("append");
  }

  private static void assertAllRows(String table) {
    long kept = KEYS / 10 * 9;
    long sum = 0;
    for (long key = 0; key < KEYS; key++) {
      sum += key % 10 == 9 ? 0 : 3 * KEYS + key;
    }
    assertThat(
            SERVER.lines(
                "SELECT COUNT(*), COUNT(DISTINCT id), SUM(v), SUM(CASE WHEN v = id + "
                    + 3 * KEYS
                    + " THEN 1 ELSE 0 END) FROM "
                    + table
                    + " WHERE id >= 0"))
        .containsExactly(kept + "," + kept + "," + sum + "," + kept);
  }

  private static void assertOldRows(String table) {
    assertThat(SERVER.lines("SELECT id, v, text FROM " + table + " ORDER BY id"))
        .containsExactly("-1,-1,\"old\"", "0,-1,\"old\"");
  }

  private static List<String> reasons() {
    return SPARK.runs().tasks().stream().map(TaskEnd::reason).toList();
  }

  @Test
  void anAttemptThatFailsAfterSomeFlushesIsRepeated() throws IOException {
    create("some_flushes");
    AtomicInteger first = new AtomicInteger();
    AtomicInteger last = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      // Buckets 2, 6, 10 and 14 belong to one task, which sends them in this order.
      proxy.refuse(request -> request.isPack(14) && last.incrementAndGet() == 1);
      proxy.beforeAnswering(
          request -> {
            first.addAndGet(request.isPack(2) ? 1 : 0);
            return true;
          });
      upsert("some_flushes", proxy).option("upsert.flush.concurrent", "1").save();
    }
    assertThat(first.get()).as("sent by the attempt that failed, and by the next").isEqualTo(2);
    assertThat(last.get()).isEqualTo(2);
    assertAllRows("some_flushes");
    assertThat(SPARK.runs().tasks())
        .anyMatch(
            task ->
                task.reason().equals("ExceptionFailure")
                    && task.message().contains("refused by the test")
                    && task.message().contains("bucket 14 of upsert session"));
  }

  @Test
  void anExecutorThatDiesAmongItsFlushesIsReplaced() throws IOException {
    create("dead_executor");
    ProcessHandle executor = Remote.processOfAnExecutor(SPARK);
    AtomicInteger packs = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isPack()) {
              int number = packs.incrementAndGet();
              if (number == 6) {
                executor.destroyForcibly();
              }
              if (number >= 6) {
                // No task can end before the loss is known.
                Waiting.until(() -> reasons().contains("ExecutorLostFailure"));
              }
            }
            return true;
          });
      upsert("dead_executor", proxy).save();
    }
    assertAllRows("dead_executor");
    assertThat(reasons()).contains("ExecutorLostFailure");
  }

  @Test
  void aPackOfALosingAttemptThatArrivesAfterTheWinnersChangesNothing() throws IOException {
    assumeTrue(SparkHarness.hasSeparateHosts(), "speculation needs several loopback addresses");
    create("late_pack");
    AtomicInteger packs = new AtomicInteger();
    CountDownLatch late = new CountDownLatch(1);
    CountDownLatch arrived = new CountDownLatch(1);
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      ThreadLocal<Boolean> held = ThreadLocal.withInitial(() -> false);
      proxy.beforeForwarding(
          request -> {
            if (request.isPack(1) && packs.getAndIncrement() == 0) {
              held.set(true);
              Waiting.forLatch(late);
            }
            if (request.isUpsertCommit()) {
              late.countDown();
              Waiting.forLatch(arrived);
            }
            return true;
          });
      proxy.beforeAnswering(
          request -> {
            if (request.isPack() && held.get()) {
              held.set(false);
              arrived.countDown();
            }
            return true;
          });
      upsert("late_pack", proxy).save();
    }
    assertAllRows("late_pack");
    assertThat(reasons()).contains("TaskKilled").doesNotContain("ExceptionFailure");
  }

  @Test
  void aJobThatFailsLeavesTheOldRowsAndNoSession() throws IOException {
    create("aborted");
    AtomicInteger aborts = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(request -> request.isPack(3));
      proxy.beforeAnswering(
          request -> {
            if (request.isUpsertAbort()) {
              aborts.incrementAndGet();
            }
            return true;
          });
      assertThatThrownBy(() -> upsert("aborted", proxy).save())
          .hasStackTraceContaining("refused by the test");
    }
    assertThat(aborts.get()).isEqualTo(1);
    assertOldRows("aborted");
  }

  @Test
  void nothingIsVisibleBeforeTheCommitAndALostAnswerToItIsResolved() throws IOException {
    create("lost_answer");
    AtomicInteger commits = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isUpsertCommit() && commits.get() == 0) {
              assertOldRows("lost_answer");
            }
            return true;
          });
      proxy.beforeAnswering(request -> !request.isUpsertCommit() || commits.getAndIncrement() > 0);
      upsert("lost_answer", proxy).save();
    }
    assertThat(commits.get()).isPositive();
    assertAllRows("lost_answer");
  }

  @ParameterizedTest
  @CsvSource({
    "429, FlowExceeded, commit each partition at most once a minute",
    "404, UpsertSessionNotFound, write the rows again in a new session"
  })
  void aCommitThatIsRefusedFailsTheJobWithTheServicesWords(int status, String code, String advice)
      throws IOException {
    String table = "refused_" + status;
    create(table);
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(status, code, FaultyProxy.Request::isUpsertCommit);
      assertThatThrownBy(() -> upsert(table, proxy).option("retryTimeout", "0").save())
          .hasStackTraceContaining(code)
          .hasStackTraceContaining("request-of-the-test")
          .hasStackTraceContaining(advice);
    }
    assertOldRows(table);
  }

  @Test
  void aTableThatChangesWhileRowsAreSentFailsTheJob() throws IOException {
    create("altered");
    AtomicInteger packs = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isPack() && packs.getAndIncrement() == 0) {
              SERVER.sql("ALTER TABLE altered ADD COLUMNS (more BIGINT)");
            }
            return true;
          });
      assertThatThrownBy(() -> upsert("altered", proxy).save())
          .hasStackTraceContaining("altered")
          .hasStackTraceContaining("write the rows again in a new session");
    }
    assertOldRows("altered");
  }

  @Test
  void aSessionOfAFailedAttemptIsGivenUpAndItsPartitionWrittenByTheNext() throws IOException {
    createByDay("by_part");
    AtomicInteger packs = new AtomicInteger();
    AtomicInteger aborts = new AtomicInteger();
    AtomicInteger commits = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(
          request ->
              request.isPack()
                  && request.query().contains("ds%3D3")
                  && packs.getAndIncrement() == 0);
      proxy.beforeAnswering(
          request -> {
            aborts.addAndGet(request.isUpsertAbort() ? 1 : 0);
            commits.addAndGet(request.isUpsertCommit() ? 1 : 0);
            return true;
          });
      SERVER
          .write(rows().selectExpr("id", "v", "id % 5 AS ds", "seq"), "by_part")
          .option("tunnelEndpoint", proxy.endpoint())
          .option("writeMode", "upsert")
          .option("orderColumn", "seq")
          .mode("append")
          .save();
    }
    assertThat(packs.get()).isEqualTo(2);
    assertThat(aborts.get()).isPositive();
    assertThat(commits.get()).isEqualTo(5);
    assertThat(SERVER.lines("SELECT COUNT(*), SUM(v - id - " + 3 * KEYS + ") FROM by_part"))
        .containsExactly(KEYS + ",0");
  }

  @Test
  void aPartitionThatAnotherCreatesAtTheSameTimeIsUsed() throws IOException {
    createByDay("raced");
    AtomicInteger statements = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      // The other one was quicker, and the service says so, or does not mind.
      proxy.refuse(
          409,
          "ObjectAlreadyExists",
          request -> {
            if (!request.isStatement()) {
              return false;
            }
            int number = statements.incrementAndGet();
            SERVER.sql("ALTER TABLE raced ADD PARTITION (ds=" + number + ")");
            return number == 1;
          });
      for (int ds = 1; ds <= 2; ds++) {
        upsertDays("raced", proxy).option("partition", "ds=" + ds).save();
      }
    }
    assertThat(statements.get()).isEqualTo(2);
    assertThat(SERVER.lines("SELECT ds, COUNT(*) FROM raced GROUP BY ds"))
        .containsExactlyInAnyOrder("1," + KEYS, "2," + KEYS);
  }

  @Test
  void theRightToAddPartitionsMayBeMissing() throws IOException {
    createByDay("no_right");
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.refuse(FaultyProxy.Request::isStatement);
      assertThatThrownBy(() -> upsertDays("no_right", proxy).option("partition", "ds=7").save())
          .hasMessageContaining(
              "The partition ds=7 of demo.no_right is missing and was not created")
          .hasMessageContaining("refused by the test")
          .hasMessageContaining("let this account add partitions")
          .hasMessageContaining("code NoPermission, request id request-of-the-test");
    }
    assertThat(SERVER.sql("SHOW PARTITIONS no_right")).isBlank();
  }
}
