package io.tunnel.cli.demo;

import io.tunnel.cli.output.Progress;
import io.tunnel.cli.output.Screen;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Writes the flights with Spark, as a user's job would. */
final class SparkFlights implements AutoCloseable {
  static final String CODE =
      """
      spark.read().parquet("flights.parquet")
           .selectExpr("date AS departure", "CAST(delay AS INT) AS delay", ...)
           .write().format("tunnel").mode("append")
           .option("endpoint", ...).option("project", ...).option("table", "flights").save()
      """;

  private static final int TASKS = 8;

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

  Written write(Path parquet, Fingerprint content, URI endpoint, String project, Screen screen) {
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
      // Reading the schema is a job of its own, so the listener comes after it.
      Dataset<Row> flights =
          spark
              .read()
              .parquet(parquet.toString())
              .selectExpr(
                  "date AS departure",
                  "CAST(delay AS INT) AS delay",
                  "CAST(distance AS INT) AS distance",
                  "origin",
                  "destination");
      spark.sparkContext().addSparkListener(listener);
      flights
          .write()
          .format("tunnel")
          .mode(SaveMode.Append)
          .option("endpoint", endpoint.toString())
          .option("project", project)
          .option("table", DemoTable.FLIGHTS.name())
          .save();
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      spark.sparkContext().removeSparkListener(listener);
      return new Written(tasks.get(), time);
    }
  }

  @Override
  public void close() {
    spark.stop();
  }
}
