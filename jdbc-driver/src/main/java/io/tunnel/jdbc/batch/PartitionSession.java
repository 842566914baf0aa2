package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upload session of one partition, or of a table without partitions; created with its first
 * block. On the worker thread only.
 */
final class PartitionSession {
  private final UploadTarget target;
  private final @Nullable PartitionSpec partition;
  private final Set<Integer> acknowledged = new HashSet<>();
  private @Nullable UploadSession session;
  private int nextBlock;

  PartitionSession(UploadTarget target, @Nullable PartitionSpec partition) {
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
      checkUnchanged(current);
    }
    int id = nextBlock++;
    return new Block(id, current.openBlock(id, target.allocator()));
  }

  private UploadOptions options() {
    return new UploadOptions(partition, false, partition != null && target.createPartitions());
  }

  private void checkUnchanged(UploadSession opened) throws SQLException {
    List<Column> planned = target.schema().columns();
    List<Column> found = opened.schema().columns();
    boolean same = planned.size() == found.size();
    for (int i = 0; same && i < planned.size(); i++) {
      same =
          planned.get(i).name().equalsIgnoreCase(found.get(i).name())
              && planned.get(i).type().equals(found.get(i).type());
    }
    if (!same) {
      throw SqlErrors.unknownColumn(
          "The columns of "
              + target.table()
              + " have changed since the statement was planned; prepare it again");
    }
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
