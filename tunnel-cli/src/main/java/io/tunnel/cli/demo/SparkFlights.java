package io.tunnel.cli.demo;

import io.tunnel.cli.output.Progress;
import io.tunnel.cli.output.Screen;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Writes flights with Spark, as a user's jobs would. */
final class SparkFlights implements AutoCloseable {
  static final String CODE =
      """
      spark.read().parquet("flights.parquet")
           .selectExpr("date AS departure", "CAST(delay AS INT) AS delay", ...)
           .write().format("tunnel").mode("append")
           .option("endpoint", ...).option("project", ...).option("table", "flights").save()
      """;

  private static final int TASKS = 8;
  private static final String ID = "_metadata.row_index AS id";
  private static final String[] FLIGHT = {
    "date AS departure",
    "CAST(delay AS INT) AS delay",
    "CAST(distance AS INT) AS distance",
    "origin",
    "destination"
  };

  /** What Spark did. */
  record Written(int tasks, Duration time) {}

  private final SparkSession spark;

  /** Starts Spark in this JVM, with two threads for tasks. */
  SparkFlights(Path scratch, long inputBytes) {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("tunnel demo")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", scratch.toString())
            .config("spark.sql.warehouse.dir", scratch.resolve("warehouse").toUri().toString())
            // The file holds eight row groups; one to a task.
            .config("spark.sql.files.maxPartitionBytes", (inputBytes + TASKS - 1) / TASKS)
            .config("spark.sql.files.openCostInBytes", 0)
            .getOrCreate();
  }

  String version() {
    return spark.version();
  }

  /** Adds all flights. */
  Written write(Path parquet, Fingerprint content, URI endpoint, String project, Screen screen) {
    Dataset<Row> flights = spark.read().parquet(parquet.toString()).selectExpr(FLIGHT);
    DataFrameWriter<Row> job =
        flights
            .write()
            .format("tunnel")
            .mode(SaveMode.Append)
            .option("endpoint", endpoint.toString())
            .option("project", project)
            .option("table", DemoTable.FLIGHTS.name());
    return run(job, content, screen);
  }

  /** Upserts the first flights, each under the number of its row in the file. */
  Written upsert(Path parquet, Fingerprint content, URI endpoint, String project, Screen screen) {
    Dataset<Row> flights =
        spark
            .read()
            .parquet(parquet.toString())
            .selectExpr(Stream.concat(Stream.of(ID), Stream.of(FLIGHT)).toArray(String[]::new))
            .where("id < " + KeyedFlights.UPSERTED);
    return run(keyed(flights, "upsert", endpoint, project), content, screen);
  }

  /** Deletes flights by key. */
  Written delete(Path parquet, Fingerprint content, URI endpoint, String project, Screen screen) {
    Dataset<Row> keys =
        spark
            .read()
            .parquet(parquet.toString())
            .selectExpr(ID)
            .where("id < " + KeyedFlights.UPSERTED + " AND id % 6 = 2");
    return run(keyed(keys, "delete", endpoint, project), content, screen);
  }

  private static DataFrameWriter<Row> keyed(
      Dataset<Row> rows, String writeMode, URI endpoint, String project) {
    return rows.write()
        .format("tunnel")
        .mode(SaveMode.Append)
        .option("writeMode", writeMode)
        .option("endpoint", endpoint.toString())
        .option("project", project)
        .option("table", DemoTable.FLIGHTS_BY_ID.name());
  }

  private Written run(DataFrameWriter<Row> job, Fingerprint content, Screen screen) {
    long bytesPerRow = content.bytes() / content.rows();
    AtomicInteger tasks = new AtomicInteger();
    long start = System.nanoTime();
    try (Progress progress = Progress.start(screen, "flights", bytesPerRow * content.rows())) {
      // A new session takes seconds before its first task.
      progress.phase("Spark plans the job");
      SparkListener listener =
          new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
              progress.phase("");
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
              tasks.incrementAndGet();
              long rows = end.taskMetrics().inputMetrics().recordsRead();
              progress.advance(rows * bytesPerRow, rows);
            }
          };
      spark.sparkContext().addSparkListener(listener);
      try {
        job.save();
      } finally {
        spark.sparkContext().removeSparkListener(listener);
      }
      return new Written(tasks.get(), Duration.ofNanos(System.nanoTime() - start));
    }
  }

  @Override
  public void close() {
    spark.stop();
  }
}
