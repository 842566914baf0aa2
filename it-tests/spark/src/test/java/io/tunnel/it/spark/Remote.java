package io.tunnel.it.spark;

import io.tunnel.spark.harness.LeftoverCheck;
import java.nio.file.Files;
import java.nio.file.Path;
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
        while (!Files.exists(Path.of(file))) {
          Thread.sleep(20);
        }
      }
      return rows;
    };
  }
}
