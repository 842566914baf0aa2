package io.tunnel.benchmark.spark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** {@code df.write} with local[2]: through the tunnel, or as Parquet to the local disk. */
public final class SparkWriter implements Participant {
  private final boolean parquet;
  private org.apache.spark.sql.@Nullable Dataset<Row> frame;
  private Map<String, String> settings = Map.of();

  private SparkWriter(boolean parquet) {
    this.parquet = parquet;
  }

  /**
   * Serves the runner.
   *
   * @param arguments {@code tunnel} or {@code parquet}
   */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SparkWriter(arguments[0].equals("parquet")));
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) {
    this.settings = settings;
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("benchmark")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.local.dir", settings.get("scratch"))
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    frame = CachedRows.of(spark, data, Integer.parseInt(settings.get("blocks")));
  }

  @Override
  public long run() {
    var rows = Objects.requireNonNull(frame);
    if (parquet) {
      rows.write().mode(SaveMode.Overwrite).parquet(settings.get("scratch") + "/parquet");
    } else {
      rows.write()
          .format("tunnel")
          .mode(SaveMode.Append)
          .option("endpoint", settings.get("endpoint"))
          .option("project", settings.get("project"))
          .option("table", settings.get("table"))
          .option("accessId", settings.get("accessId"))
          .option("accessKey", settings.get("accessKey"))
          .save();
    }
    return -1;
  }
}
