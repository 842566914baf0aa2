package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.PartitionSession.Block;
import java.io.IOException;
import java.sql.SQLException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The rows of one partition: one block open at a time. On the worker thread only. */
final class PartitionUpload implements AutoCloseable {
  private final PartitionSession session;
  private @Nullable Block open;

  PartitionUpload(PartitionSession session) {
    this.session = session;
  }

  void write(VectorSchemaRoot batch) throws IOException, SQLException {
    Block block = open;
    if (block == null) {
      block = session.openBlock();
      open = block;
    }
    block.writer().write(batch);
  }

  boolean hasOpenBlock() {
    return open != null;
  }

  /** Ends the open block and waits until the service has acknowledged it. */
  void finishBlock() throws IOException {
    Block block = open;
    if (block != null) {
      open = null;
      session.finish(block);
    }
  }

  /** Gives up an open block: its request stays unfinished, so the block never counts. */
  @Override
  public void close() throws IOException {
    Block block = open;
    open = null;
    if (block != null) {
      block.writer().close();
    }
  }

  @Override
  public String toString() {
    return session.toString();
  }
}
