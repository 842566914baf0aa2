package io.tunnel.it.spark;

import io.tunnel.spark.harness.LeftoverCheck;
import io.tunnel.spark.harness.SparkHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Code that runs on executors. The jar under test is only in the loader of Spark's jars there, so
 * its classes are looked up by name.
 */
final class Remote {
  private Remote() {}

  static LeftoverCheck noMemory() {
    return LeftoverCheck.zero("off-heap memory", () -> resource("allocatedBytes"));
  }

  static LeftoverCheck noLeases() {
    return LeftoverCheck.zero("leases of clients", () -> resource("leases"));
  }

  /** The ids of the executors, once all of them have registered. */
  static Set<String> executors(SparkHarness harness) {
    return harness.onEachExecutor(() -> 1).keySet();
  }

  /** The process of one executor. */
  static ProcessHandle processOfAnExecutor(SparkHarness harness) {
    long id =
        harness.onEachExecutor(() -> ProcessHandle.current().pid()).values().iterator().next();
    return ProcessHandle.of(id).orElseThrow();
  }

  private static long resource(String name) {
    try {
      return ((Number)
              Class.forName(
                      "io.tunnel.spark.connection.JvmResources",
                      true,
                      Thread.currentThread().getContextClassLoader())
                  .getMethod(name)
                  .invoke(null))
          .longValue();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first attempt of a partition waits before its first row until the file is there. */
  static MapPartitionsFunction<Row, Row> firstAttemptWaitsFor(int partition, String file) {
    return rows -> {
      if (TaskContext.getPartitionId() == partition && TaskContext.get().attemptNumber() == 0) {
        await(Path.of(file));
      }
      return rows;
    };
  }

  /**
   * Loses the input of a stage while an attempt of partition 1 is running. That attempt has taken
   * all of its input and waits until the file "go on" is in the directory. Meanwhile the attempts
   * in the other executor halt it, with what it has shuffled, so that Spark repeats the stage.
   * Later attempts pass unharmed.
   */
  static MapPartitionsFunction<Row, Row> firstStageAttemptLosesItsInput(String directory) {
    return rows -> {
      TaskContext task = TaskContext.get();
      if (task.stageAttemptNumber() > 0 || task.attemptNumber() > 0) {
        return rows;
      }
      List<Row> taken = new ArrayList<>();
      rows.forEachRemaining(taken::add);
      Path survivor = Path.of(directory, "survivor");
      String executor = SparkEnv.get().executorId();
      if (task.partitionId() == 1) {
        // Complete before it has its name.
        Path unnamed = Files.writeString(Path.of(directory, "unnamed"), executor);
        Files.move(unnamed, survivor, StandardCopyOption.ATOMIC_MOVE);
        await(Path.of(directory, "go on"));
      } else {
        await(survivor);
        if (!Files.readString(survivor).equals(executor)) {
          Runtime.getRuntime().halt(137);
        }
      }
      return taken.iterator();
    };
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(20);
    }
  }
}
