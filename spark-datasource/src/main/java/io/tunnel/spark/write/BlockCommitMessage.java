package io.tunnel.spark.write;

import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a task tells the driver, some tens of bytes whatever it has written. A plain class, because
 * Spark may send it with Kryo, which cannot restore records.
 */
final class BlockCommitMessage implements WriterCommitMessage {
  private static final long serialVersionUID = 1;

  private final int blockId;
  private final boolean written;

  /**
   * @param blockId the Spark partition id
   * @param written whether the session holds the block; a task without rows writes none
   */
  BlockCommitMessage(int blockId, boolean written) {
    this.blockId = blockId;
    this.written = written;
  }

  int blockId() {
    return blockId;
  }

  boolean written() {
    return written;
  }

  @Override
  public String toString() {
    return "block " + blockId + (written ? "" : " without rows");
  }
}
