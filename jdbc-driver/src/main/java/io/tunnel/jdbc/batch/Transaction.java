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
 * What was written with auto-commit off and is not committed yet. Small batches into one table
 * share an upload; a batch that was streaming before it was executed has its own.
 *
 * <p>Used by one thread at a time, as its connection is.
 */
public final class Transaction {
  private final BackgroundWorker worker;
  private final Map<TableName, TableUpload> shared = new HashMap<>();
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

  /** Takes over an upload. */
  void add(TableUpload upload) {
    uploads.add(upload);
  }

  /** The upload that small batches into the table share. */
  TableUpload shared(UploadTarget target) {
    TableUpload upload = shared.get(target.table());
    if (upload == null || !upload.schema().equals(target.schema())) {
      upload = new TableUpload(target);
      shared.put(target.table(), upload);
      uploads.add(upload);
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
    try {
      worker.run(
          "Committing",
          control,
          () -> {
            for (TableUpload upload : pending) {
              upload.finishBlocks();
            }
            for (TableUpload upload : pending) {
              upload.commit();
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
    failure = null;
    uploads.clear();
    shared.clear();
    if (!pending.isEmpty()) {
      worker.cleanUp(() -> pending.forEach(TableUpload::close));
    }
  }
}
