package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.error.SqlErrors;
import java.io.IOException;
import java.sql.SQLException;

/** The rows of one statement on their way into the upsert sessions of its table. */
final class KeyedUpload implements RowSink {
  private final KeyedSessions sessions;
  private final KeyedWrite plan;
  private final boolean early;

  private volatile boolean written;
  private boolean begun;
  private boolean finished;

  /**
   * Nothing is written yet.
   *
   * @param early whether rows are written before their batch is executed, so that it may still be
   *     cleared
   */
  KeyedUpload(KeyedSessions sessions, KeyedWrite plan, boolean early) {
    this.sessions = sessions;
    this.plan = plan;
    this.early = early;
  }

  @Override
  public KeyedSessions table() {
    return sessions;
  }

  /** Rows that may find no row to change are waited for, because they are counted. */
  @Override
  public boolean hasWritten() {
    return written && !plan.action().needsRow();
  }

  @Override
  public void write(RowBatch batch, RowOutcomes outcomes) throws IOException, SQLException {
    if (batch.rows() > 0) {
      sessions.write(this, plan, batch, outcomes);
      written = true;
    }
  }

  /** Tells that rows are about to go into the sessions, all or a part of them. */
  void begin() {
    begun = true;
  }

  /** Whether rows are in the sessions that their batch may still take back. */
  boolean isUnfinished() {
    return early && begun && !finished;
  }

  /**
   * The rows of a transaction are sent when there are many, and the last of them by its commit:
   * after each batch, the request for each bucket would carry few.
   */
  @Override
  public void finish() throws IOException, SQLException {
    if (!sessions.isShared()) {
      sessions.finish();
    }
    finished = true;
  }

  /** Sessions that others share cannot give up the rows of one batch: their commit fails then. */
  @Override
  public void close() {
    if (!sessions.isShared()) {
      sessions.close();
    } else if (isUnfinished()) {
      finished = true;
      sessions.fail(
          SqlErrors.invalidState(
              "a batch into "
                  + sessions.target().table()
                  + " was cleared after a part of its rows had been sent"));
    }
  }
}
