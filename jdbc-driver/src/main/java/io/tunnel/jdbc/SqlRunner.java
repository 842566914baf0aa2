package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.protocol.sql.SqlTasks;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs SQL tasks under a time limit; a cancelled or late one is stopped on the service, too. */
final class SqlRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SqlRunner.class);
  private static final String ACTION = "Executing the statement";

  private SqlRunner() {}

  /** Submits a statement and waits until it has succeeded. */
  static SqlTask run(
      SqlTasks tasks, String sql, Map<String, String> settings, ExecutionControl control)
      throws SQLException {
    control.check();
    LOG.debug("Submitting {}", sql);
    SqlTask task;
    try {
      task = tasks.submit(sql, settings);
    } catch (TunnelException e) {
      throw SqlErrors.of(ACTION, e);
    }
    control.onCancel(() -> cancel(task));
    try {
      control.check();
      task.await(control.remaining());
      return task;
    } catch (TunnelException e) {
      if (control.isTimedOut() && !control.isCancelled()) {
        cancel(task);
      }
      control.check();
      throw SqlErrors.of(ACTION, e);
    } finally {
      control.onCancel(null);
    }
  }

  private static void cancel(SqlTask task) {
    try {
      task.cancel();
    } catch (TunnelException e) {
      LOG.warn("The service did not cancel the statement {}: {}", task.id(), e.getMessage());
    }
  }
}
