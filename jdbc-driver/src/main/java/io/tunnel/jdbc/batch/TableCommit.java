package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is written into one table and becomes visible together, partition by partition. On the
 * worker thread only, except {@link #fail}, {@link #end} and {@link #isEnded}.
 */
abstract class TableCommit {
  private final TableTarget target;
  private volatile boolean ended;
  private volatile @Nullable SQLException failure;

  TableCommit(TableTarget target) {
    this.target = target;
  }

  final TableTarget target() {
    return target;
  }

  /** Waits until the service has acknowledged everything. */
  abstract void finish() throws IOException, SQLException;

  /**
   * Makes the rows visible, and does nothing if they are.
   *
   * @throws SQLException if a commit fails; the message tells which partitions are visible already
   */
  abstract void commit() throws SQLException;

  /** Whether a commit that failed may succeed when it is asked for again. */
  abstract boolean mayCommitAgain();

  /** Whether rows of any partition have become visible. */
  abstract boolean isPartlyCommitted();

  abstract boolean isCommitted(@Nullable PartitionSpec partition);

  /** Gives up what is not committed and frees all memory. */
  abstract void close();

  /** Lets the commit fail: rows are missing. */
  final void fail(SQLException cause) {
    failure = cause;
  }

  /** Throws if rows are missing. */
  void checkComplete() throws SQLException {
    SQLException earlier = failure;
    if (earlier != null) {
      throw SqlErrors.aborted(earlier);
    }
  }

  /** Marks that the transaction is over: what is written from now on would be lost. */
  final void end() {
    ended = true;
  }

  final boolean isEnded() {
    return ended;
  }
}
