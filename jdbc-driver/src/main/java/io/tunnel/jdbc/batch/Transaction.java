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
 * its upload sessions, so that each partition becomes visible by one commit.
 *
 * <p>Used by one thread at a time, as its connection is.
 */
public final class Transaction {
  private final BackgroundWorker worker;
  private final Map<TableName, TableUpload> shared = new HashMap<>();
  private final List<TableSessions> tables = new ArrayList<>();
  private final List<TableUpload> uploads = new ArrayList<>();
  private @Nullable SQLException failure;

  /** Creates an empty transaction. */
  public Transaction(BackgroundWorker worker) {
    this.worker = worker;
  }

  /** Whether nothing was written. */
  public boolean isEmpty() {
    return uploads.isEmpty();
  }

  /** Lets every commit fail until the rollback: rows are missing, and all or none is promised. */
  void fail(SQLException cause) {
    failure = cause;
  }

  /** Takes over the upload of a batch that was sent in blocks of its own. */
  void add(TableUpload upload) {
    if (!tables.contains(upload.sessions())) {
      tables.add(upload.sessions());
    }
    uploads.add(upload);
  }

  /** The upload that small batches into the table share. */
  TableUpload shared(UploadTarget target) {
    TableUpload upload = shared.get(target.table());
    if (upload == null || !upload.sessions().target().schema().equals(target.schema())) {
      upload = new TableUpload(new TableSessions(target));
      shared.put(target.table(), upload);
      add(upload);
    }
    return upload;
  }

  /**
   * Makes everything visible: first all blocks are ended and acknowledged, then one session after
   * the other is committed. On failure what is not committed is given up.
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
    List<TableUpload> pending = List.copyOf(uploads);
    List<TableSessions> sessions = List.copyOf(tables);
    try {
      worker.run(
          "Committing",
          control,
          () -> {
            for (TableSessions table : sessions) {
              table.checkComplete();
            }
            for (TableUpload upload : pending) {
              upload.finishBlocks();
            }
            for (TableSessions table : sessions) {
              table.commit();
            }
            return true;
          });
    } finally {
      rollback();
    }
  }

  /** Gives up everything that is not committed. */
  public void rollback() {
    List<TableUpload> pending = List.copyOf(uploads);
    tables.forEach(TableSessions::end);
    failure = null;
    uploads.clear();
    tables.clear();
    shared.clear();
    if (!pending.isEmpty()) {
      worker.cleanUp(() -> pending.forEach(TableUpload::close));
    }
  }
}
