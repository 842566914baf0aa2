package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.SparkHarness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** Writing by primary key: modes, columns, order, partitions and errors. */
class UpsertIT {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.local(4)
          .check(Remote.noMemory())
          .check(Remote.noLeases())
          .check(LeftoverCheck.threads("tunnel-block-sender", 0))
          .check(LeftoverCheck.threads("tunnel-upsert", 0))
          .build();

  private static Dataset<Row> rows(String ddl, Row... rows) {
    return SPARK.session().createDataFrame(List.of(rows), StructType.fromDDL(ddl));
  }

  private static Dataset<Row> rows(String ddl, List<Row> rows) {
    return SPARK.session().createDataFrame(rows, StructType.fromDDL(ddl)).repartition(4);
  }

  private static void create(String table, String columns, int buckets, String... properties) {
    String more = properties.length == 0 ? "" : "," + String.join(",", properties);
    SERVER.sql(
        "CREATE TABLE "
            + table
            + " ("
            + columns
            + ") TBLPROPERTIES (\"transactional\"=\"true\",\"write.bucket.num\"=\""
            + buckets
            + "\""
            + more
            + ")");
  }

  private static void createPartitioned(String table, String columns, int buckets) {
    SERVER.sql(
        "CREATE TABLE "
            + table
            + " ("
            + columns
            + ") PARTITIONED BY (ds STRING, hh BIGINT) TBLPROPERTIES"
            + " (\"transactional\"=\"true\",\"write.bucket.num\"=\""
            + buckets
            + "\")");
  }

  private static DataFrameWriter<Row> upsert(Dataset<Row> rows, String table) {
    return SERVER.write(rows, table).option("writeMode", "upsert").mode("append");
  }

  private static DataFrameWriter<Row> delete(Dataset<Row> rows, String table) {
    return SERVER.write(rows, table).option("writeMode", "delete").mode("append");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void changesArriveAsInAModelWhateverTheNumberOfBuckets(int buckets) {
    String table = "model_" + buckets;
    create(table, "a BIGINT NOT NULL, b STRING NOT NULL, v BIGINT, PRIMARY KEY (a, b)", buckets);
    Random random = new Random(buckets);
    Map<String, Long> model = new TreeMap<>();
    for (int round = 0; round < 2; round++) {
      List<Row> upserts = new ArrayList<>();
      Map<String, Long> last = new TreeMap<>();
      for (long number = 0; number < 3_000; number++) {
        long a = random.nextInt(40);
        String b = "k" + random.nextInt(20);
        upserts.add(RowFactory.create(number, b, number + round * 10_000L, a));
        last.put(a + "," + b, number + round * 10_000L);
      }
      model.putAll(last);
      upsert(rows("seq BIGINT, B STRING, v BIGINT, A BIGINT", upserts), table)
          .option("orderColumn", "seq")
          .save();
      List<Row> deletes = new ArrayList<>();
      for (int number = 0; number < 200; number++) {
        long a = random.nextInt(50);
        String b = "k" + random.nextInt(20);
        deletes.add(RowFactory.create(a, b));
        model.remove(a + "," + b);
      }
      delete(rows("a BIGINT, b STRING", deletes), table).save();
    }
    List<String> expected = new ArrayList<>();
    model.forEach((key, value) -> expected.add(key.replace(",", ",\"") + "\"," + value));
    assertThat(SERVER.lines("SELECT a, b, v FROM " + table))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theLastOperationOfAKeyWinsInTheOrderOfTheOrderColumn() {
    create("changes", "id BIGINT NOT NULL, v STRING NOT NULL, PRIMARY KEY (id)", 4);
    upsert(
            rows("id BIGINT, v STRING", RowFactory.create(7L, "old"), RowFactory.create(8L, "old")),
            "changes")
        .save();
    Random random = new Random(5);
    List<Row> changes = new ArrayList<>();
    Map<Long, String> model = new TreeMap<>(Map.of(7L, "old", 8L, "old"));
    for (long seq = 0; seq < 4_000; seq++) {
      long id = random.nextInt(500);
      boolean deleted = random.nextInt(3) == 0;
      changes.add(RowFactory.create(seq, deleted ? "D" : "U", id, deleted ? null : "v" + seq));
      if (deleted) {
        model.remove(id);
      } else {
        model.put(id, "v" + seq);
      }
    }
    java.util.Collections.shuffle(changes, random);
    upsert(rows("seq BIGINT, op STRING, id BIGINT, v STRING", changes), "changes")
        .option("operationColumn", "OP")
        .option("orderColumn", "Seq")
        .save();
    List<String> expected = new ArrayList<>();
    model.forEach((id, value) -> expected.add(id + ",\"" + value + "\""));
    assertThat(SERVER.lines("SELECT id, v FROM changes"))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void withoutAnOrderColumnEveryRunChoosesTheSameRow() {
    create("ties", "id BIGINT NOT NULL, v BIGINT, PRIMARY KEY (id)", 2);
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 1_000; i++) {
      rows.add(RowFactory.create(i % 10, i));
    }
    List<List<String>> seen = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      java.util.Collections.shuffle(rows, new Random(run));
      upsert(rows("id BIGINT, v BIGINT", rows), "ties").save();
      seen.add(SERVER.lines("SELECT id, v FROM ties ORDER BY id"));
    }
    assertThat(seen.get(0)).hasSize(10);
    assertThat(seen).containsOnly(seen.get(0));
  }

  @Test
  void aSubsetOfTheColumnsIsAPartialUpdateIfTheTableAllowsIt() {
    create(
        "partial",
        "id BIGINT NOT NULL, a STRING, b STRING, PRIMARY KEY (id)",
        2,
        "\"acid.partial.fields.update.enable\"=\"true\"");
    create("whole", "id BIGINT NOT NULL, a STRING, b STRING, PRIMARY KEY (id)", 2);
    Dataset<Row> whole =
        rows(
            "id BIGINT, a STRING, b STRING",
            RowFactory.create(1L, "a1", "b1"),
            RowFactory.create(2L, "a2", "b2"),
            RowFactory.create(3L, "a3", "b3"));
    Dataset<Row> some =
        rows(
            "b STRING, id BIGINT, op STRING",
            RowFactory.create("new", 1L, "U"),
            RowFactory.create("x", 3L, "D"),
            RowFactory.create("b4", 4L, "U"));
    upsert(whole, "partial").save();
    upsert(some, "partial").option("operationColumn", "op").save();
    assertThat(SERVER.lines("SELECT id, a, b FROM partial"))
        .containsExactlyInAnyOrder("1,\"a1\",\"new\"", "2,\"a2\",\"b2\"", "4,\\N,\"b4\"");
    upsert(whole, "whole").save();
    assertThatThrownBy(() -> upsert(some.drop("op"), "whole").save())
        .hasMessageContaining("The DataFrame lacks a, and demo.whole does not allow partial")
        .hasMessageContaining("acid.partial.fields.update.enable");
    assertThatThrownBy(() -> upsert(some.select("id"), "partial").save())
        .hasMessageContaining("only the primary key")
        .hasMessageContaining("at least one of a, b");
    assertThat(SERVER.count("whole")).isEqualTo(3);
  }

  @Test
  void onePartitionIsWrittenByItsOption() {
    createPartitioned("one_part", "id BIGINT NOT NULL, v STRING, PRIMARY KEY (id)", 2);
    SERVER.sql("ALTER TABLE one_part ADD PARTITION (ds='a', hh=1)");
    SERVER.sql("ALTER TABLE one_part ADD PARTITION (ds='b', hh=1)");
    Dataset<Row> one = rows("id BIGINT, v STRING", RowFactory.create(1L, "x"));
    upsert(one, "one_part").option("partition", "ds=a,hh=1").save();
    upsert(one, "one_part").option("partition", "hh=1/ds=b").save();
    delete(one, "one_part").option("partition", "ds=a,hh=1").save();
    assertThat(SERVER.lines("SELECT ds, hh, id FROM one_part")).containsExactly("\"b\",1,1");
    assertThatThrownBy(() -> upsert(one, "one_part").save())
        .hasMessageContaining("lacks ds, hh")
        .hasMessageContaining("option(\"partition\", \"ds=…,hh=…\")");
    assertThatThrownBy(
            () ->
                upsert(one.withColumn("ds", functions.lit("a")), "one_part")
                    .option("partition", "ds=a,hh=1")
                    .save())
        .hasMessageContaining("Column ds is a partition column");
  }

  @Test
  void rowsFindTheirPartitionsByTheirOwnColumns() throws IOException {
    createPartitioned("by_part", "id BIGINT NOT NULL, v BIGINT, PRIMARY KEY (id)", 2);
    SERVER.sql("ALTER TABLE by_part ADD PARTITION (ds='d1', hh=0)");
    Dataset<Row> all =
        SPARK
            .session()
            .range(0, 6_000, 1, 4)
            .selectExpr(
                "id DIV 6 AS id",
                "id AS v",
                "concat('d', id % 3) AS DS",
                "CAST((id % 6) DIV 3 AS INT) AS hh");
    List<String> commits = new CopyOnWriteArrayList<>();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isUpsertCommit()) {
              commits.add(request.query());
            }
            return true;
          });
      upsert(all, "by_part").option("tunnelEndpoint", proxy.endpoint()).save();
    }
    assertThat(commits).as("one session for each partition").hasSize(6).doesNotHaveDuplicates();
    assertThat(SERVER.lines("SELECT ds, hh, COUNT(*), SUM(v) FROM by_part GROUP BY ds, hh"))
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                "\"d0\",0,1000,2997000",
                "\"d1\",0,1000,2998000",
                "\"d2\",0,1000,2999000",
                "\"d0\",1,1000,3000000",
                "\"d1\",1,1000,3001000",
                "\"d2\",1,1000,3002000"));
    delete(all.where("id >= 10").drop("v"), "by_part").save();
    assertThat(SERVER.count("by_part")).isEqualTo(60);
    assertThatThrownBy(
            () ->
                upsert(
                        all.limit(1).withColumn("hh", functions.expr("CAST(NULL AS INT)")),
                        "by_part")
                    .save())
        .hasStackTraceContaining("Row 1 of the task: Partition column hh: NULL names no partition");
    assertThatThrownBy(() -> upsert(all.withColumn("hh", functions.lit("x")), "by_part").save())
        .hasMessageContaining("Partition column hh: Spark type string")
        .hasMessageContaining("cast it to bigint");
    assertThat(SERVER.count("by_part")).isEqualTo(60);
  }

  @Test
  void missingPartitionsAreCreatedUnlessTheOptionSaysOtherwise() {
    createPartitioned("new_part", "id BIGINT NOT NULL, v STRING, PRIMARY KEY (id)", 2);
    SERVER.sql("CREATE TABLE new_plain (id BIGINT) PARTITIONED BY (ds STRING)");
    Dataset<Row> one = rows("id BIGINT, v STRING", RowFactory.create(1L, "x"));
    Dataset<Row> told = one.selectExpr("*", "'rows' AS ds", "3 AS hh");
    String named = "ds=named,hh=2";
    for (DataFrameWriter<Row> write :
        List.of(
            upsert(told, "new_part"),
            upsert(one, "new_part").option("partition", named),
            SERVER.write(one.select("id"), "new_plain").option("partition", "ds=x"))) {
      assertThatThrownBy(() -> write.option("createPartitions", "false").mode("append").save())
          .hasStackTraceContaining("NoSuchPartition");
    }
    assertThat(SERVER.sql("SHOW PARTITIONS new_part")).isBlank();
    assertThat(SERVER.sql("SHOW PARTITIONS new_plain")).isBlank();
    assertThatThrownBy(() -> upsert(one, "new_part").option("partition", "ds=x,hh=2) --").save())
        .hasStackTraceContaining("Partition column hh: \"2) --\" is no bigint");
    upsert(told, "new_part").save();
    upsert(one, "new_part").option("partition", named).save();
    String odd = "50%\\1\\n 中文";
    upsert(one.withColumn("ds", functions.lit(odd)).withColumn("hh", functions.lit(4)), "new_part")
        .save();
    assertThatThrownBy(
            () -> upsert(told.withColumn("ds", functions.lit("it's")), "new_part").save())
        .hasStackTraceContaining("must have no quotes");
    assertThat(SERVER.lines("SELECT hh, id FROM new_part WHERE ds IN ('rows', 'named')"))
        .containsExactlyInAnyOrder("3,1", "2,1");
    assertThat(SERVER.read(SPARK.session(), "new_part").load().where("hh = 4").collectAsList())
        .containsExactly(RowFactory.create(1L, "x", odd, 4L));
  }

  @Test
  void deletesFromMissingPartitionsFindNothingAndCreateNone() {
    createPartitioned("old_part", "id BIGINT NOT NULL, v STRING, PRIMARY KEY (id)", 2);
    SERVER.sql("ALTER TABLE old_part ADD PARTITION (ds='b', hh=1)");
    String ddl = "id BIGINT, v STRING, ds STRING, hh BIGINT";
    Row first = RowFactory.create(1L, "x", "b", 1L);
    Row second = RowFactory.create(2L, "x", "b", 1L);
    upsert(rows(ddl, first, second), "old_part").save();
    Row before = RowFactory.create(1L, "x", "a", 1L);
    Row behind = RowFactory.create(1L, "x", "c", 1L);
    // All three come to one task, so that it goes on behind a partition that is missing.
    SPARK.session().conf().set("spark.sql.shuffle.partitions", "1");
    try {
      delete(rows(ddl, before, first, behind), "old_part").save();
    } finally {
      SPARK.session().conf().unset("spark.sql.shuffle.partitions");
    }
    delete(rows(ddl, second).select("id"), "old_part").option("partition", "ds=a,hh=1").save();
    assertThat(SERVER.lines("SELECT ds, id FROM old_part")).containsExactly("\"b\",2");
    assertThat(SERVER.sql("SHOW PARTITIONS old_part").strip()).isEqualTo("ds=b/hh=1");
    assertThat(SPARK.runs().tasks().stream().mapToLong(task -> task.recordsWritten()).sum())
        .as("two upserts and one delete")
        .isEqualTo(3);
    assertThatThrownBy(
            () ->
                delete(rows("id BIGINT", RowFactory.create((Object) null)), "old_part")
                    .option("partition", "ds=b,hh=1")
                    .save())
        .hasStackTraceContaining("Column id: NULL cannot be written");
  }

  @Test
  void everyBucketIsSentByOneTaskAndEveryTaskHasAsMany() throws IOException {
    create("buckets", "id BIGINT NOT NULL, k STRING NOT NULL, PRIMARY KEY (k, id)", 16);
    List<String> buckets = new CopyOnWriteArrayList<>();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isPack()) {
              buckets.add(request.query().replaceAll(".*bucketid=(\\d+).*", "$1"));
            }
            return true;
          });
      upsert(
              SPARK.session().range(0, 16_000, 1, 3).selectExpr("id", "concat('k', id) AS k"),
              "buckets")
          .option("tunnelEndpoint", proxy.endpoint())
          .save();
    }
    assertThat(buckets)
        .as("a task that has all rows of a bucket sends them in one pack")
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 16).mapToObj(Integer::toString).toList());
    assertThat(SPARK.runs().queries())
        .anySatisfy(run -> assertThat(run.plans()).contains("tunnel_bucket[16,4](string;bigint)"));
    assertThat(
            SPARK.runs().tasks().stream()
                .map(task -> task.recordsWritten())
                .filter(written -> written > 0))
        .as("four tasks, as spark.sql.shuffle.partitions says, with four buckets each")
        .hasSize(4)
        .allSatisfy(written -> assertThat(written).isBetween(3_600L, 4_400L));
    assertThat(SERVER.count("buckets")).isEqualTo(16_000);
  }

  @Test
  void zeroRowsCommitNothing() throws IOException {
    create("no_rows", "id BIGINT NOT NULL, PRIMARY KEY (id)", 2);
    List<String> ends = new CopyOnWriteArrayList<>();
    try (FaultyProxy proxy = new FaultyProxy(SERVER.endpoint())) {
      proxy.beforeForwarding(
          request -> {
            if (request.isUpsertCommit() || request.isUpsertAbort()) {
              ends.add(request.method());
            }
            return true;
          });
      upsert(rows("id BIGINT"), "no_rows").option("tunnelEndpoint", proxy.endpoint()).save();
    }
    assertThat(ends).containsExactly("DELETE");
    assertThat(SERVER.count("no_rows")).isZero();
  }

  @Test
  void mistakesAreNamedAndLeaveNothing() {
    SERVER.sql("CREATE TABLE keyless (id BIGINT)");
    create("keyed", "id BIGINT NOT NULL, q TINYINT NOT NULL, PRIMARY KEY (id)", 4);
    Dataset<Row> good = rows("id BIGINT, q INT", RowFactory.create(1L, 1));
    assertThatThrownBy(() -> upsert(good.select("id"), "keyless").save())
        .hasMessageContaining("has no primary key")
        .hasMessageContaining("append");
    assertThatThrownBy(() -> upsert(good.drop("id"), "keyed").save())
        .hasMessageContaining("lacks id of the primary key");
    assertThatThrownBy(() -> delete(good.drop("id"), "keyed").save())
        .hasMessageContaining("lacks id of the primary key");
    assertThatThrownBy(() -> upsert(good.withColumn("x", functions.lit(1)), "keyed").save())
        .hasMessageContaining("Column x of the DataFrame is not a column of demo.keyed");
    assertThatThrownBy(
            () ->
                SERVER.write(good, "keyed").option("writeMode", "upsert").mode("overwrite").save())
        .hasMessageContaining("replace no others")
        .hasMessageContaining("use mode append");
    assertThatThrownBy(
            () -> SERVER.write(good, "keyed").option("writeMode", "merge").mode("append").save())
        .hasMessageContaining("\"merge\"")
        .hasMessageContaining("insert, upsert, delete");
    assertThatThrownBy(() -> delete(good, "keyed").option("operationColumn", "op").save())
        .hasMessageContaining("operationColumn needs option(\"writeMode\", \"upsert\")");
    assertThatThrownBy(() -> upsert(good, "keyed").option("operationColumn", "op").save())
        .hasMessageContaining("has no column op");
    assertThatThrownBy(() -> upsert(good, "keyed").option("operationColumn", "q").save())
        .hasMessageContaining("which is a column of demo.keyed");
    assertThatThrownBy(
            () ->
                upsert(good.withColumn("op", functions.lit(1)), "keyed")
                    .option("operationColumn", "op")
                    .save())
        .hasMessageContaining("must be a string, 'U' or 'D', not int");
    assertThatThrownBy(
            () ->
                upsert(good.withColumn("op", functions.lit("u")), "keyed")
                    .option("operationColumn", "op")
                    .save())
        .hasStackTraceContaining("Row 1 of the task: Column op: \"u\" is no operation; 'U'");
    assertThatThrownBy(
            () ->
                upsert(good.withColumn("op", functions.expr("CAST(NULL AS STRING)")), "keyed")
                    .option("operationColumn", "op")
                    .save())
        .hasStackTraceContaining("Row 1 of the task: Column op: NULL is no operation");
    assertThatThrownBy(
            () ->
                upsert(
                        good.withColumn("q", functions.expr("CAST(NULL AS INT)"))
                            .withColumn("op", functions.lit("U")),
                        "keyed")
                    .option("operationColumn", "op")
                    .save())
        .hasStackTraceContaining("Column q: NULL cannot be written because the column is NOT NULL");
    assertThatThrownBy(
            () -> upsert(rows("id BIGINT, q INT", RowFactory.create(null, 1)), "keyed").save())
        .hasStackTraceContaining("Row 1 of the task: Column id: NULL cannot be written");
    assertThatThrownBy(
            () -> upsert(rows("id BIGINT, q INT", RowFactory.create(1L, 999)), "keyed").save())
        .hasStackTraceContaining("Column q (tinyint): 999 does not fit");
    assertThatThrownBy(() -> upsert(good, "keyed").option("upsert.flush.concurrent", "x").save())
        .hasMessageContaining("upsert.flush.concurrent cannot be \"x\"");
    assertThat(SERVER.count("keyed")).isZero();
  }

  @Test
  void plansShowTheModeAndNoSecret() {
    create("shown", "id BIGINT NOT NULL, v STRING, PRIMARY KEY (id)", 4);
    upsert(rows("id BIGINT, v STRING, op STRING", RowFactory.create(1L, "x", "U")), "shown")
        .option("operationColumn", "op")
        .save();
    delete(rows("id BIGINT", RowFactory.create(1L)), "shown").save();
    assertThat(SPARK.runs().queries())
        .anySatisfy(
            run ->
                assertThat(run.plans()).contains("tunnel upsert and delete by op into demo.shown"))
        .anySatisfy(run -> assertThat(run.plans()).contains("tunnel delete from demo.shown"))
        .anySatisfy(run -> assertThat(run.metrics()).containsEntry("tunnelRowsWritten", 1L))
        .allSatisfy(run -> assertThat(run.plans()).doesNotContain(TestServer.SECRET));
    assertThat(SPARK.runs().userInterface())
        .allSatisfy(text -> assertThat(text).doesNotContain(TestServer.SECRET));
    assertThat(CollectionConverters.asJava(SPARK.session().conf().getAll()).values())
        .as("the catalog of the format is a setting of the session")
        .contains("io.tunnel.spark.TunnelCatalog")
        .allSatisfy(value -> assertThat(value).doesNotContain(TestServer.SECRET));
  }
}
