package io.tunnel.spark.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Runs code in each executor: as many tasks as there are cores, each waiting until all have met.
 */
final class EachExecutor {
  private static final long LONGEST_WAIT_MILLIS = 30_000;

  private EachExecutor() {}

  static <T> Map<String, T> run(
      SparkSession session, int cores, Path directory, SerializableSupplier<T> code) {
    try {
      String meeting = Files.createTempDirectory(directory, "meeting-").toString();
      List<Tuple2<String, T>> answers =
          JavaSparkContext.fromSparkContext(session.sparkContext())
              .parallelize(IntStream.range(0, cores).boxed().toList(), cores)
              .map(
                  task -> {
                    meet(Path.of(meeting), task, cores);
                    return new Tuple2<>(SparkEnv.get().executorId(), code.get());
                  })
              .collect();
      Map<String, T> byExecutor = new LinkedHashMap<>();
      answers.forEach(answer -> byExecutor.put(answer._1(), answer._2()));
      return byExecutor;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void meet(Path meeting, int task, int tasks) throws Exception {
    Files.writeString(meeting.resolve(Integer.toString(task)), "here");
    long end = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000;
    while (present(meeting) < tasks) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Only " + present(meeting) + " tasks have come");
      }
      Thread.sleep(20);
    }
  }

  private static long present(Path meeting) throws IOException {
    try (Stream<Path> files = Files.list(meeting)) {
      return files.count();
    }
  }
}
