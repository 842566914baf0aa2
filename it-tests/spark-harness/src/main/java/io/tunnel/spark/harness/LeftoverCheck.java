package io.tunnel.spark.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Looks for what a data source should have cleaned up, in the driver and in every executor. */
@FunctionalInterface
public interface LeftoverCheck {
  /** How long a JVM may take to end what is just ending. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * What is left.
   *
   * @return one sentence for each finding; empty if all is clean
   */
  List<String> findings(SparkHarness harness) throws IOException;

  /** Looks until nothing is found or {@link #PATIENCE} is over. */
  default void verify(SparkHarness harness) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> found = findings(harness);
    while (!found.isEmpty() && System.nanoTime() < end) {
      try {
        Thread.sleep(250);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      found = findings(harness);
    }
    if (!found.isEmpty()) {
      throw new AssertionError(
          "Left over: " + String.join("; ", found) + "; other tasks: " + otherTasks(harness));
    }
  }

  /** Where the tasks are that run in executors beside those which look: they explain much. */
  private static Map<String, List<String>> otherTasks(SparkHarness harness) {
    return harness.onEachExecutor(
        () -> {
          List<String> tasks = new ArrayList<>();
          Thread.getAllStackTraces()
              .forEach(
                  (thread, stack) -> {
                    boolean looks =
                        Stream.of(stack)
                            .anyMatch(f -> f.getClassName().endsWith("harness.EachExecutor"));
                    if (thread.getName().startsWith("Executor task launch worker for") && !looks) {
                      tasks.add(thread.getName() + " in " + Arrays.toString(stack));
                    }
                  });
          return tasks;
        });
  }

  /**
   * A number that must be zero in each JVM, such as allocated bytes or open sessions.
   *
   * @param what its name in the finding
   */
  static LeftoverCheck zero(String what, SerializableSupplier<Long> number) {
    return harness -> {
      Map<String, Long> numbers = new HashMap<>(harness.onEachExecutor(number));
      numbers.put("driver", number.get());
      List<String> findings = new ArrayList<>();
      numbers.forEach(
          (jvm, value) -> {
            if (value != 0) {
              findings.add(what + " is " + value + " in " + jvm);
            }
          });
      return findings;
    };
  }

  /** At most this many threads per JVM may have a name that starts so. */
  static LeftoverCheck threads(String prefix, int most) {
    SerializableSupplier<Long> count =
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    return zero(
        "the number of threads \"" + prefix + "…\" beyond " + most,
        () -> Math.max(0, count.get() - most));
  }

  /** No file of such a name may be left in the temporary directories of driver and executors. */
  static LeftoverCheck temporaryFiles(Predicate<Path> ofTheDataSource) {
    return harness -> {
      List<Path> found =
          new ArrayList<>(Directories.files(harness.directory().resolve("executor-tmp")));
      try (Stream<Path> driver = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        driver.filter(Files::isRegularFile).forEach(found::add);
      }
      return found.stream().filter(ofTheDataSource).map(path -> "file " + path).toList();
    };
  }
}
