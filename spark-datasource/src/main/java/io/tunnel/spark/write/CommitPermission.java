package io.tunnel.spark.write;

import java.io.IOException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.CommitDeniedException;
import org.apache.spark.scheduler.OutputCommitCoordinator;

/**
 * Asks Spark's commit coordinator whether this attempt may finish its block. Of two attempts on one
 * partition it lets one through, and another only after that one has failed.
 *
 * <p>Spark would ask by itself if the write said so, but it then reports a denied attempt as a
 * failed task (SPARK-56564): with speculation, losing four times ends the job. Asked here, a denial
 * carries the exception by which Spark knows a loser, and does not count it as a failure. It also
 * lets the attempt send its last rows before it asks, so that the winner holds the permission only
 * while its block is acknowledged.
 */
@FunctionalInterface
interface CommitPermission {
  /**
   * Returns if this attempt may commit.
   *
   * @throws IOException caused by a {@link CommitDeniedException} if another attempt has been let
   *     through
   */
  void require(int partition) throws IOException;

  /** The coordinator of this executor's application. */
  static CommitPermission ofSpark() {
    return partition -> {
      TaskContext task = TaskContext.get();
      OutputCommitCoordinator coordinator = SparkEnv.get().outputCommitCoordinator();
      boolean granted =
          coordinator.canCommit(
              task.stageId(), task.stageAttemptNumber(), partition, task.attemptNumber());
      if (!granted) {
        String message =
            "Attempt "
                + task.attemptNumber()
                + " of partition "
                + partition
                + " leaves the commit to another attempt";
        throw new IOException(
            message,
            new CommitDeniedException(message, task.stageId(), partition, task.attemptNumber()));
      }
    };
  }
}
