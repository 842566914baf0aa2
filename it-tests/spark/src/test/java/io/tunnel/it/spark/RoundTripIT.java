package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.spark.harness.SparkHarness;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written comes back, through Spark and through SQL; and what reading can do. */
class RoundTripIT {
  private static final String EVERY_TYPE =
      "a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE, g BOOLEAN, h STRING,"
          + " i CHAR(4), j VARCHAR(10), k BINARY, l DECIMAL(9,2), m DECIMAL(38,18), n DATE,"
          + " o DATETIME, p TIMESTAMP, q TIMESTAMP_NTZ, r ARRAY<STRING>, s MAP<STRING,BIGINT>,"
          + " t STRUCT<x:INT,y:ARRAY<DECIMAL(5,1)>>";

  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final SparkHarness SPARK =
      SparkHarness.local(2).check(Remote.noMemory()).check(Remote.noLeases()).build();

  private static Dataset<Row> everyType() {
    return SPARK
        .session()
        .sql(
            "SELECT CAST(a AS TINYINT) a, CAST(b AS SMALLINT) b, CAST(c AS INT) c,"
                + " CAST(d AS BIGINT) d, CAST(e AS FLOAT) e, CAST(f AS DOUBLE) f, g, h,"
                + " CAST(i AS STRING) i, j, CAST(k AS BINARY) k, CAST(l AS DECIMAL(9,2)) l,"
                + " CAST(m AS DECIMAL(38,18)) m, CAST(n AS DATE) n, CAST(o AS TIMESTAMP) o,"
                + " CAST(p AS TIMESTAMP) p, CAST(q AS TIMESTAMP_NTZ) q, r, s, t FROM VALUES"
                + " ('-128', '-32768', '-2147483648', '-9223372036854775807', 'NaN', '-Infinity',"
                + " true, '', 'abcd', '中文', X'00FF', '-9999999.99',"
                + " '-99999999999999999999.999999999999999999', '0001-01-01',"
                + " '0001-01-01 00:00:00.001Z', '1677-09-22 00:00:00.000001Z',"
                + " '1677-09-22 00:00:00.000001', array('x', null), map('k', 1L, 'n', null),"
                + " named_struct('x', 1, 'y', array(1.5, -0.1))),"
                + " ('127', '32767', '2147483647', '9223372036854775807', '1.5', '0.1',"
                + " false, 'naïve 𝄞', 'x', 'y', X'', '0.01', '0.000000000000000001',"
                + " '9999-12-31', '9999-12-31 23:59:59.999Z', '2262-04-11 23:47:16.854775Z',"
                + " '2262-04-11 23:47:16.854775', array(), map(),"
                + " named_struct('x', null, 'y', null)),"
                + " ('0', '0', '0', '0', '0', '-0.0', true, 'a', 'b', 'c', X'01', '0', '-0.5',"
                + " '1582-10-04', '1582-10-04 12:00:00Z', '1969-12-31 23:59:59.999999Z',"
                + " '1969-12-31 23:59:59.999999', array('q'), map('', 0L),"
                + " named_struct('x', 2, 'y', array())),"
                + " (null, null, null, null, null, null, null, null, null, null, null, null, null,"
                + " null, null, null, null, null, null, null)"
                + " AS v(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Shanghai", "America/Los_Angeles"})
  void everyTypeComesBackInAnyZone(String zone) {
    String table = "every_type_" + zone.replaceAll("\\W", "_").toLowerCase(java.util.Locale.ROOT);
    SERVER.sql("CREATE TABLE " + table + " (" + EVERY_TYPE + ")");
    SPARK.session().conf().set("spark.sql.session.timeZone", zone);
    try {
      Dataset<Row> rows = everyType();
      SERVER.write(rows, table).mode("append").save();
      Dataset<Row> back = SERVER.read(SPARK.session(), table).load();
      assertThat(texts(back)).containsExactlyInAnyOrderElementsOf(texts(rows));
      assertThat(back.schema().fieldNames()).isEqualTo(rows.schema().fieldNames());
    } finally {
      SPARK.session().conf().set("spark.sql.session.timeZone", "UTC");
    }
    assertThat(SERVER.lines("SELECT n, o, p, q FROM " + table + " WHERE b = 0"))
        .singleElement()
        .asString()
        .contains("1582-10-04", "1969-12-31 23:59:59.999999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "x-snappy-framed", "x-odps-lz4-frame", "zstd"})
  void bodiesMayBeCompressed(String coding) {
    String table = "coded_" + coding.replace('-', '_');
    SERVER.sql("CREATE TABLE " + table + " (" + EVERY_TYPE + ")");
    Dataset<Row> rows = everyType();
    SERVER.write(rows, table).option("compression", coding).mode("append").save();
    Dataset<Row> back = SERVER.read(SPARK.session(), table).option("compression", coding).load();
    assertThat(texts(back)).containsExactlyInAnyOrderElementsOf(texts(rows));
  }

  private static List<String> texts(Dataset<Row> rows) {
    return rows.selectExpr("to_json(struct(*)) AS row").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void timesThatWouldLoseDigitsAreRefused() {
    SERVER.sql("CREATE TABLE times (o DATETIME, p TIMESTAMP)");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(
                        SPARK.session().sql("SELECT TIMESTAMP'2026-01-01 00:00:00.0001' AS o"),
                        "times")
                    .mode("append")
                    .save())
        .hasStackTraceContaining("Column o (datetime)")
        .hasStackTraceContaining("date_trunc('MILLISECOND', column)");
    assertThatThrownBy(
            () ->
                SERVER
                    .write(
                        SPARK.session().sql("SELECT TIMESTAMP'2300-01-01 00:00:00' AS p"), "times")
                    .mode("append")
                    .save())
        .hasStackTraceContaining("from 1677-09-21 to 2262-04-11");
    assertThat(SERVER.count("times")).isZero();
  }

  @Test
  void onlyTheNeededColumnsAreRead() {
    SERVER.sql("CREATE TABLE pruned (id BIGINT, name STRING, s STRUCT<x:INT,y:INT>)");
    SERVER.sql("INSERT INTO pruned SELECT 1, 'a', NAMED_STRUCT('x', 2, 'y', 3)");
    Dataset<Row> table = SERVER.read(SPARK.session(), "pruned").load();
    Dataset<Row> query = table.where("name = 'a'").select("s.y", "name");
    assertThat(query.collectAsList()).extracting(row -> row.getInt(0)).containsExactly(3);
    assertThat(query.queryExecution().executedPlan().toString())
        .contains("tunnel scan of demo.pruned [name, s]");
  }

  @Test
  void aCountReadsNoColumn() {
    SERVER.sql("CREATE TABLE counted_rows (id BIGINT)");
    SERVER
        .write(SPARK.session().range(0, 250_000, 1, 2).toDF("id"), "counted_rows")
        .mode("append")
        .save();
    Dataset<Row> table =
        SERVER.read(SPARK.session(), "counted_rows").option("rowsPerSplit", "70000").load();
    assertThat(table.rdd().getNumPartitions()).isEqualTo(4);
    assertThat(table.count()).isEqualTo(250_000);
    assertThat(table.selectExpr("sum(id)", "count(distinct id)").head().getLong(0))
        .isEqualTo(250_000L * 249_999 / 2);
    assertThat(SPARK.runs().queries())
        .anySatisfy(run -> assertThat(run.plans()).contains("tunnel scan of demo.counted_rows []"));
  }

  @Test
  void partitionColumnsAreReadAsColumns() {
    SERVER.sql("CREATE TABLE days (id BIGINT) PARTITIONED BY (ds STRING, hh BIGINT)");
    for (int hour = 0; hour < 3; hour++) {
      SERVER
          .write(SPARK.session().range(0, 10 + hour, 1, 1).toDF("id"), "days")
          .option("partition", "ds=d" + hour % 2 + ",hh=" + hour)
          .mode("append")
          .save();
    }
    Dataset<Row> all = SERVER.read(SPARK.session(), "days").load();
    assertThat(all.columns()).containsExactly("id", "ds", "hh");
    assertThat(texts(all.groupBy("hh", "ds").count().orderBy("hh")))
        .containsExactly(
            "{\"hh\":0,\"ds\":\"d0\",\"count\":10}",
            "{\"hh\":1,\"ds\":\"d1\",\"count\":11}",
            "{\"hh\":2,\"ds\":\"d0\",\"count\":12}");
    assertThat(SERVER.read(SPARK.session(), "days").option("partition", "DS=d0").load().count())
        .isEqualTo(22);
    assertThat(
            SERVER
                .read(SPARK.session(), "days")
                .option("partition", "hh=1")
                .load()
                .select("ds")
                .distinct()
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("d1");
    assertThatThrownBy(
            () -> SERVER.read(SPARK.session(), "days").option("partition", "mm=1").load().count())
        .hasStackTraceContaining("not a partition column of demo.days");
  }

  @Test
  void aTableMayBeReadAndWrittenInOneStatementAndJoinedWithItself() {
    SERVER.sql("CREATE TABLE source (id BIGINT, name STRING)");
    SERVER.sql("CREATE TABLE target (id BIGINT, name STRING)");
    SERVER
        .write(
            SPARK.session().range(0, 1_000, 1, 2).selectExpr("id", "concat('n', id) AS name"),
            "source")
        .mode("append")
        .save();
    Dataset<Row> source = SERVER.read(SPARK.session(), "source").load();
    Dataset<Row> joined =
        source.as("l").join(source.as("r"), "id").selectExpr("id", "r.name AS name");
    SERVER.write(joined, "target").mode("overwrite").save();
    assertThat(SERVER.lines("SELECT COUNT(*), COUNT(DISTINCT name), SUM(id) FROM target"))
        .containsExactly("1000,1000,499500");
    assertThat(SERVER.read(SPARK.session(), "target").load().limit(3).collectAsList()).hasSize(3);
  }

  @Test
  void aTableMadeAnewSinceTheDataFrameWasLoadedIsNamed() {
    SERVER.sql("CREATE TABLE anew (id BIGINT, name STRING)");
    Dataset<Row> loaded = SERVER.read(SPARK.session(), "anew").load();
    SERVER.sql("DROP TABLE anew");
    SERVER.sql("CREATE TABLE anew (id STRING, more BIGINT)");
    SERVER.sql("INSERT INTO anew VALUES ('x', 1)");
    assertThatThrownBy(() -> loaded.select("id").collectAsList())
        .hasStackTraceContaining(
            "Table demo.anew has changed since the DataFrame was loaded: column id is string now");
    assertThatThrownBy(() -> loaded.select("name").collectAsList())
        .hasStackTraceContaining("column name is gone; load it again");
    SERVER.sql("DROP TABLE anew");
    assertThatThrownBy(loaded::count).hasStackTraceContaining("request id");
    SERVER.sql("CREATE TABLE anew (name STRING, id BIGINT, more BIGINT)");
    SERVER.sql("INSERT INTO anew VALUES ('n', 7, 1)");
    Dataset<Row> again = loaded.where("id > 0").select("id", "name");
    assertThat(texts(again)).containsExactly("{\"id\":7,\"name\":\"n\"}");
  }

  @Test
  void aSchemaOfTheUserIsRefused() {
    SERVER.sql("CREATE TABLE own_schema (id BIGINT)");
    assertThatThrownBy(() -> SERVER.read(SPARK.session(), "own_schema").schema("id STRING").load())
        .hasMessageContaining("does not support user specified schema");
  }
}
