package io.tunnel.jdbc.batch;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.sql.SqlNames;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.protocol.type.PartitionSpec;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQL that the write path itself needs. Thread safe. */
final class TableSql {
  private static final Logger LOG = LoggerFactory.getLogger(TableSql.class);

  /** Whoever waits for the thread has a limit, and interrupts it. */
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private final TableTarget target;

  TableSql(TableTarget target) {
    this.target = target;
  }

  /** Creates a partition, unless it is there. */
  void createPartition(PartitionSpec partition) throws TunnelException {
    run(SqlNames.addPartition(target.table(), target.schema().partitionColumns(), partition));
  }

  /** Submits a statement. */
  SqlTask submit(String sql) throws TunnelException {
    LOG.debug("Submitting {}", sql);
    return target.client().sql().submit(sql, target.sql().settings());
  }

  /** Waits until a statement has succeeded, or the thread is interrupted. */
  static void await(SqlTask task) throws TunnelException {
    task.await(NO_LIMIT);
  }

  /** Runs a statement and waits for its end; one that is interrupted is stopped on the service. */
  private void run(String sql) throws TunnelException {
    SqlTask task = submit(sql);
    boolean ended = false;
    try {
      await(task);
      ended = true;
    } finally {
      if (!ended && Thread.interrupted()) {
        cancel(task);
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops a statement on the service, if it lets itself be stopped. */
  static void cancel(SqlTask task) {
    try {
      task.cancel();
    } catch (TunnelException e) {
      LOG.warn("The service did not cancel the statement {}: {}", task.id(), e.getMessage());
    }
  }
}
