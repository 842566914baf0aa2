package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.BackgroundWorker;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.protocol.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was written with auto-commit off and is not committed yet. All batches into one table share
 * its sessions, so that each partition becomes visible by one commit.
 *
 * <p>Used by one thread at a time, as its connection is.
 */
public final class Transaction {
  private final BackgroundWorker worker;
  private final Map<TableName, TableUpload> shared = new HashMap<>();
  private final Map<TableName, KeyedSessions> keyed = new HashMap<>();

  /** In the order in which they came. */
  private final List<TableCommit> tables = new ArrayList<>();

  private @Nullable SQLException failure;

  /** Whether a commit has failed that may succeed later. */
  private boolean commitPending;

  /** Creates an empty transaction. */
  public Transaction(BackgroundWorker worker) {
    this.worker = worker;
  }

  /** Whether nothing was written. */
  public boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Lets every commit fail until the rollback: rows are missing, and all or none is promised. */
  void fail(SQLException cause) {
    failure = cause;
  }

  /** Throws if rows can no longer join what is about to be committed. */
  void requireWritable() throws SQLException {
    if (commitPending) {
      throw SqlErrors.invalidState(
          "The commit of the transaction has failed; call commit() again, or rollback(), before"
              + " more is written");
    }
  }

  /** The upload that small batches into the table share. */
  TableUpload shared(TableTarget target) {
    TableUpload upload = shared.get(target.table());
    if (upload == null || !upload.table().target().schema().equals(target.schema())) {
      TableSessions sessions = new TableSessions(target);
      upload = new TableUpload(sessions);
      sessions.add(upload);
      shared.put(target.table(), upload);
      tables.add(sessions);
    }
    return upload;
  }

  /**
   * The upsert sessions that all batches into the table share, whatever they do.
   *
   * @throws SQLException if the table has changed since the transaction began to write into it
   */
  KeyedSessions keyed(TableTarget target) throws SQLException {
    KeyedSessions sessions = keyed.get(target.table());
    if (sessions == null) {
      sessions = new KeyedSessions(target, true);
      keyed.put(target.table(), sessions);
      tables.add(sessions);
    } else {
      sessions.target().checkColumns(target.schema().columns());
    }
    return sessions;
  }

  /**
   * Makes everything visible: first everything is acknowledged, then one session after the other is
   * committed. On failure what is not committed is given up, unless the service asks to come back
   * later: then the transaction stays as it is, for another commit or a rollback.
   */
  public void commit(ExecutionControl control) throws SQLException {
    SQLException earlier = failure;
    if (earlier != null) {
      rollback();
      throw SqlErrors.aborted(earlier);
    }
    if (isEmpty()) {
      return;
    }
    List<TableCommit> pending = List.copyOf(tables);
    commitPending = false;
    try {
      worker.run(
          "Committing",
          control,
          () -> {
            for (TableCommit table : pending) {
              table.checkComplete();
            }
            for (TableCommit table : pending) {
              table.finish();
            }
            for (TableCommit table : pending) {
              table.commit();
            }
            return true;
          });
    } catch (SQLException e) {
      commitPending = pending.stream().anyMatch(TableCommit::mayCommitAgain);
      throw e;
    } finally {
      if (!commitPending) {
        rollback();
      }
    }
  }

  /** Gives up everything that is not committed. */
  public void rollback() {
    List<TableCommit> pending = List.copyOf(tables);
    pending.forEach(TableCommit::end);
    failure = null;
    commitPending = false;
    tables.clear();
    shared.clear();
    keyed.clear();
    if (!pending.isEmpty()) {
      worker.cleanUp(() -> pending.forEach(TableCommit::close));
    }
  }
}
