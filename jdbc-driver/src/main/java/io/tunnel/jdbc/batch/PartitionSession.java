package io.tunnel.jdbc.batch;

import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upload session of one partition, or of a table without partitions; created with its first
 * block. On the worker thread only.
 */
final class PartitionSession {
  private final TableTarget target;
  private final @Nullable PartitionSpec partition;
  private final Set<Integer> acknowledged = new HashSet<>();
  private @Nullable UploadSession session;
  private int nextBlock;

  PartitionSession(TableTarget target, @Nullable PartitionSpec partition) {
    this.target = target;
    this.partition = partition;
  }

  /** A block that nobody else writes. */
  record Block(int id, BlockWriter writer) {}

  Block openBlock() throws IOException, SQLException {
    UploadSession current = session;
    if (current == null) {
      current = target.client().createUpload(target.table(), options());
      session = current;
      target.checkColumns(current.schema().columns());
    }
    int id = nextBlock++;
    return new Block(id, current.openBlock(id, target.allocator()));
  }

  private UploadOptions options() {
    return new UploadOptions(
        partition, false, partition != null && target.options().createPartitions());
  }

  /** Ends a block and waits until the service has acknowledged it. */
  void finish(Block block) throws IOException {
    try (BlockWriter writer = block.writer()) {
      writer.finish();
    }
    acknowledged.add(block.id());
  }

  /** Makes the rows of all acknowledged blocks visible. */
  void commit() throws IOException {
    UploadSession current = session;
    if (current != null) {
      current.commit(acknowledged);
    }
  }

  @Override
  public String toString() {
    return partition == null ? target.table().toString() : target.table() + "/" + partition;
  }
}
