package io.tunnel.jdbc.batch;

import java.io.IOException;
import java.sql.SQLException;

/** Rows on their way into one table. All methods run on the connection's worker thread. */
interface RowSink extends AutoCloseable {
  /** What makes the rows visible. */
  TableCommit table();

  /** Whether rows were written already; the only thing that other threads may ask. */
  boolean hasWritten();

  /** Sends the rows; the batch may be reused afterwards. */
  void write(RowBatch batch, RowOutcomes outcomes) throws IOException, SQLException;

  /** Tells that all rows were written, and waits until the service has acknowledged them. */
  void finish() throws IOException, SQLException;

  /** Gives up what is not finished and frees all memory. */
  @Override
  void close();
}
