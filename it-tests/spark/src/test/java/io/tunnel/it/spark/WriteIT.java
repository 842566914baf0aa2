package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.SparkHarness;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Modes, targets, columns and errors of writing. */
class WriteIT {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.local(4)
          .check(Remote.noMemory())
          .check(Remote.noLeases())
          .check(LeftoverCheck.threads("tunnel-block-sender", 0))
          .build();

  private static Dataset<Row> ids(long from, long to, int partitions) {
    return SPARK.session().range(from, to, 1, partitions).toDF("id");
  }

  private static Dataset<Row> rows(String ddl, Row... rows) {
    return SPARK.session().createDataFrame(List.of(rows), StructType.fromDDL(ddl));
  }

  @Test
  void appendAddsAndOverwriteReplaces() {
    SERVER.sql("CREATE TABLE modes (id BIGINT)");
    SERVER.write(ids(0, 100, 4), "modes").mode("append").save();
    SERVER.write(ids(100, 150, 3), "modes").mode("append").save();
    assertThat(SERVER.lines("SELECT COUNT(*), SUM(id) FROM modes")).containsExactly("150,11175");
    SERVER.write(ids(0, 10, 2), "modes").mode("overwrite").save();
    assertThat(SERVER.lines("SELECT COUNT(*), SUM(id) FROM modes")).containsExactly("10,45");
  }

  @Test
  void withoutAModeTheErrorSaysWhichOnesThereAre() {
    SERVER.sql("CREATE TABLE no_mode (id BIGINT)");
    assertThatThrownBy(() -> SERVER.write(ids(0, 1, 1), "no_mode").save())
        .hasMessageContaining("tunnel")
        .hasMessageContaining("ErrorIfExists")
        .hasMessageContainingAll("Append", "Overwrite");
    assertThat(SERVER.count("no_mode")).isZero();
  }

  @Test
  void zeroRowsAppendNothingAndOverwriteToNothing() {
    SERVER.sql("CREATE TABLE empty_rows (id BIGINT)");
    SERVER.write(ids(0, 5, 1), "empty_rows").mode("append").save();
    SERVER.write(ids(0, 0, 4), "empty_rows").mode("append").save();
    SERVER.write(rows("id BIGINT"), "empty_rows").mode("append").save();
    assertThat(SERVER.count("empty_rows")).isEqualTo(5);
    SERVER.write(ids(0, 5, 1).where("id > 7"), "empty_rows").mode("overwrite").save();
    assertThat(SERVER.count("empty_rows")).isZero();
    SERVER.write(ids(0, 5, 1), "empty_rows").mode("append").save();
    SERVER.write(noPartitions(), "empty_rows").mode("append").save();
    assertThat(SERVER.count("empty_rows")).isEqualTo(5);
    SERVER.write(noPartitions(), "empty_rows").mode("overwrite").save();
    assertThat(SERVER.count("empty_rows")).isZero();
  }

  private static Dataset<Row> noPartitions() {
    return SPARK
        .session()
        .createDataFrame(
            new JavaSparkContext(SPARK.session().sparkContext()).<Row>emptyRDD(),
            StructType.fromDDL("id BIGINT"));
  }

  @Test
  void zeroRowsMakeAPartitionOrEmptyItAndNoOther() {
    SERVER.sql("CREATE TABLE empty_parts (id BIGINT) PARTITIONED BY (ds STRING)");
    for (String day : List.of("1", "2", "3")) {
      SERVER
          .write(ids(0, 5, 1), "empty_parts")
          .option("partition", "ds=" + day)
          .mode("append")
          .save();
    }
    SERVER.write(ids(0, 0, 2), "empty_parts").option("partition", "ds=1").mode("overwrite").save();
    SERVER
        .write(noPartitions(), "empty_parts")
        .option("partition", "ds=2")
        .mode("overwrite")
        .save();
    SERVER.write(noPartitions(), "empty_parts").option("partition", "ds=3").mode("append").save();
    SERVER.write(noPartitions(), "empty_parts").option("partition", "ds=4").mode("append").save();
    assertThat(SERVER.lines("SELECT ds, COUNT(*) FROM empty_parts GROUP BY ds"))
        .containsExactly("\"3\",5");
    assertThat(SERVER.sql("SHOW PARTITIONS empty_parts")).contains("ds=1", "ds=2", "ds=3", "ds=4");
  }

  @Test
  void aPartitionValueMayHoldWhatUrlsAndPathsQuote() {
    SERVER.sql("CREATE TABLE odd_parts (id BIGINT) PARTITIONED BY (ds STRING)");
    List<String> values = List.of("a b", "50%", "x=y", "1+1&2", "中文", "#?;:");
    for (String value : values) {
      SERVER
          .write(ids(0, 2, 1), "odd_parts")
          .option("partition", "ds=" + value)
          .mode("overwrite")
          .save();
    }
    Dataset<Row> back = SERVER.read(SPARK.session(), "odd_parts").load();
    assertThat(back.select("ds").distinct().as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrderElementsOf(values);
    assertThat(
            SERVER
                .read(SPARK.session(), "odd_parts")
                .option("partition", "ds=1+1&2")
                .load()
                .count())
        .isEqualTo(2);
    assertThatThrownBy(
            () ->
                SERVER
                    .write(ids(0, 2, 1), "odd_parts")
                    .option("partition", "ds=it's")
                    .mode("append")
                    .save())
        .as("clients drop quotes, so none could read this partition")
        .hasMessageContaining("must have no quotes");
  }

  @Test
  void onlyTheNamedPartitionIsWritten() {
    SERVER.sql("CREATE TABLE parts (id BIGINT) PARTITIONED BY (ds STRING, hh BIGINT)");
    SERVER
        .write(ids(0, 3, 2), "parts")
        .option("partition", "ds='2026-01-01',hh=1")
        .mode("append")
        .save();
    SERVER
        .write(ids(0, 5, 2), "parts")
        .option("partition", "HH=2/DS=2026-01-01")
        .mode("overwrite")
        .save();
    SERVER
        .write(ids(0, 2, 2), "parts")
        .option("partition", "ds=2026-01-01,hh=1")
        .mode("overwrite")
        .save();
    SERVER
        .write(ids(0, 0, 2), "parts")
        .option("partition", "ds=2026-01-02,hh=0")
        .mode("append")
        .save();
    assertThat(SERVER.lines("SELECT ds, hh, COUNT(*) FROM parts GROUP BY ds, hh ORDER BY ds, hh"))
        .containsExactly("\"2026-01-01\",1,2", "\"2026-01-01\",2,5");
    assertThat(SERVER.sql("SHOW PARTITIONS parts")).contains("ds=2026-01-02/hh=0");
    assertThatThrownBy(() -> SERVER.write(ids(0, 2, 1), "parts").mode("append").save())
        .hasMessageContaining("option(\"partition\", \"ds=…,hh=…\")");
  }

  @Test
  void columnsAreMatchedByNameInAnyCaseAndOrder() {
    SERVER.sql("CREATE TABLE names (id BIGINT, name STRING, note STRING)");
    SERVER
        .write(rows("NAME STRING, Id INT", RowFactory.create("x", 7)), "names")
        .mode("append")
        .save();
    assertThat(SERVER.lines("SELECT * FROM names")).containsExactly("7,\"x\",\\N");
  }

  @Test
  void mistakesAreNamedBeforeOrWhileRowsAreWrittenAndLeaveNothing() {
    SERVER.sql("CREATE TABLE strict (id BIGINT NOT NULL, q TINYINT, d DECIMAL(5,2))");
    assertThatThrownBy(() -> SERVER.write(rows("id BIGINT, x INT"), "strict").mode("append").save())
        .hasMessageContaining("Column x of the DataFrame is not a column of the table");
    assertThatThrownBy(() -> SERVER.write(rows("q INT"), "strict").mode("append").save())
        .hasMessageContaining("lacks id");
    assertThatThrownBy(
            () -> SERVER.write(rows("id BIGINT, q BOOLEAN"), "strict").mode("append").save())
        .hasMessageContaining("Column q: Spark type boolean cannot be written as tinyint");
    Dataset<Row> overflow =
        rows("id BIGINT, q INT", RowFactory.create(1L, 1), RowFactory.create(2L, 1000));
    assertThatThrownBy(() -> SERVER.write(overflow.coalesce(1), "strict").mode("append").save())
        .hasStackTraceContaining("Row 2 of the task: Column q (tinyint): 1000 does not fit");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(rows("id BIGINT", RowFactory.create((Object) null)), "strict")
                    .mode("overwrite")
                    .save())
        .hasStackTraceContaining("Column id: NULL cannot be written");
    assertThat(SERVER.count("strict")).isZero();
  }

  @Test
  void anUnknownTableAWrongSecretAndAnUnreachableServerGiveOneClearError() {
    assertThatThrownBy(() -> SERVER.write(ids(0, 1, 1), "nowhere").mode("append").save())
        .hasMessageContaining("nowhere")
        .hasMessageContaining("request id");
    SERVER.sql("CREATE TABLE secret (id BIGINT)");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(ids(0, 1, 1), "secret")
                    .option("accessKey", "wrong-hidden-key")
                    .mode("append")
                    .save())
        .hasMessageContaining("request id")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("wrong-hidden-key"));
    assertThatThrownBy(
            () ->
                SERVER
                    .write(ids(0, 1, 1), "secret")
                    .option("endpoint", "http://127.0.0.1:1/api")
                    .option("retryTimeout", "0")
                    .mode("append")
                    .save())
        .hasMessageContaining("127.0.0.1:1");
    assertThatThrownBy(
            () -> SERVER.write(ids(0, 1, 1), "secret").option("tabel", "x").mode("append").save())
        .hasMessageContaining("\"tabel\"")
        .hasMessageContaining("\"table\"");
    assertThatThrownBy(() -> SERVER.write(ids(0, 1, 1), "secret").mode("append").save("path"))
        .hasMessageContaining("has no path");
    assertThat(SERVER.count("secret")).isZero();
  }

  @Test
  void optionsMayComeFromTheSessionAndSecretsAreNeverShown() {
    SERVER.sql("CREATE TABLE hidden (id BIGINT)");
    SERVER
        .options("hidden")
        .forEach(
            (name, value) -> SPARK.session().conf().set("spark.datasource.tunnel." + name, value));
    try {
      Dataset<Row> rows = ids(0, 10, 2);
      rows.write().format("tunnel").mode("append").save();
      Dataset<Row> back = SPARK.session().read().format("tunnel").load();
      assertThat(back.count()).isEqualTo(10);
      SERVER.write(rows, "hidden").mode("overwrite").save();
      assertThat(back.queryExecution().toString()).contains("demo.hidden");
      assertThat(back.queryExecution().toString()).doesNotContain(TestServer.SECRET);
    } finally {
      SERVER
          .options("hidden")
          .keySet()
          .forEach(name -> SPARK.session().conf().unset("spark.datasource.tunnel." + name));
    }
    assertThat(SPARK.runs().queries())
        .anySatisfy(run -> assertThat(run.plans()).contains("tunnel append to demo.hidden"))
        .allSatisfy(run -> assertThat(run.plans()).doesNotContain(TestServer.SECRET));
    assertThat(SPARK.runs().userInterface())
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).doesNotContain(TestServer.SECRET));
  }

  @Test
  void secretsAreInNoErrorOfAFailedWriteOrRead() {
    SERVER.sql("CREATE TABLE hidden_in_errors (id BIGINT)");
    Map<String, String> secrets =
        Map.of(
            "accessKey", "key-to-hide",
            "securityToken", "token-to-hide",
            "proxy", "http://me:password-to-hide@127.0.0.1:1",
            "retryTimeout", "0");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(ids(0, 1, 1), "hidden_in_errors")
                    .options(secrets)
                    .mode("append")
                    .save())
        .satisfies(e -> assertThat(stackTrace(e)).contains("127.0.0.1").doesNotContain("to-hide"));
    assertThatThrownBy(
            () -> SERVER.read(SPARK.session(), "hidden_in_errors").options(secrets).load().count())
        .satisfies(e -> assertThat(stackTrace(e)).contains("127.0.0.1").doesNotContain("to-hide"));
    // A task that fails has its connection already.
    SERVER.sql("CREATE TABLE hidden_in_tasks (id TINYINT)");
    assertThatThrownBy(
            () -> SERVER.write(ids(999, 1_000, 1), "hidden_in_tasks").mode("append").save())
        .satisfies(
            e ->
                assertThat(stackTrace(e))
                    .contains("999 does not fit")
                    .doesNotContain(TestServer.SECRET));
    assertThat(SPARK.runs().queries())
        .isNotEmpty()
        .allSatisfy(run -> assertThat(run.plans()).doesNotContain("to-hide", TestServer.SECRET));
    assertThat(SPARK.runs().userInterface())
        .allSatisfy(text -> assertThat(text).doesNotContain("to-hide", TestServer.SECRET));
  }

  @Test
  void rowsAndBytesAreCounted() {
    SERVER.sql("CREATE TABLE counted (id BIGINT)");
    SERVER.write(ids(0, 40_000, 2), "counted").mode("append").save();
    assertThat(SPARK.runs().queries())
        .anySatisfy(
            run ->
                assertThat(run.metrics())
                    .containsEntry("tunnelRowsWritten", 40_000L)
                    .containsEntry("tunnelBytesWritten", 320_000L));
    assertThat(SPARK.runs().tasks())
        .extracting(task -> task.recordsWritten())
        .containsExactlyInAnyOrder(20_000L, 20_000L);
  }

  @Test
  void aThousandSmallBlocksAndManyWritesShareAFewThreadsAndOneClient() {
    SERVER.sql("CREATE TABLE thousand (id BIGINT)");
    SERVER.write(ids(0, 20, 20), "thousand").mode("append").save();
    int clients = JvmResources.clients();
    SERVER.write(ids(0, 1_000, 1_000), "thousand").mode("append").save();
    assertThat(SERVER.count("thousand")).isEqualTo(1_020);
    for (int write = 0; write < 30; write++) {
      SERVER.write(ids(0, 1, 1), "thousand").mode("append").save();
    }
    assertThat(SERVER.count("thousand")).isEqualTo(1_050);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .filteredOn(name -> name.startsWith("tunnel-") || name.startsWith("OkHttp"))
        .hasSizeLessThanOrEqualTo(8);
    assertThat(JvmResources.clients()).isEqualTo(clients);
  }

  private static String stackTrace(Throwable e) {
    java.io.StringWriter text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
