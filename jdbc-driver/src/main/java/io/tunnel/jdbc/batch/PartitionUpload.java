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
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The rows of one partition: one session, one block open at a time. On the worker thread only. */
final class PartitionUpload implements AutoCloseable {
  private final UploadTarget target;
  private final @Nullable PartitionSpec partition;
  private final Set<Integer> blocks = new HashSet<>();
  private @Nullable UploadSession session;
  private @Nullable BlockWriter writer;
  private int nextBlock;

  PartitionUpload(UploadTarget target, @Nullable PartitionSpec partition) {
    this.target = target;
    this.partition = partition;
  }

  void write(VectorSchemaRoot batch) throws IOException, SQLException {
    UploadSession current = session;
    if (current == null) {
      current = target.client().createUpload(target.table(), options());
      session = current;
      checkUnchanged(current);
    }
    BlockWriter block = writer;
    if (block == null) {
      block = current.openBlock(nextBlock, target.allocator());
      writer = block;
    }
    block.write(batch);
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

  boolean hasOpenBlock() {
    return writer != null;
  }

  /** Ends the open block and waits until the service has acknowledged it. */
  void finishBlock() throws IOException {
    BlockWriter block = writer;
    if (block != null) {
      writer = null;
      try (block) {
        block.finish();
      }
      blocks.add(nextBlock++);
    }
  }

  /** Makes the rows visible. */
  void commit() throws IOException {
    UploadSession current = session;
    if (current != null) {
      current.commit(blocks);
    }
  }

  /** Gives up an open block: its request stays unfinished, so the block never counts. */
  @Override
  public void close() throws IOException {
    BlockWriter block = writer;
    writer = null;
    if (block != null) {
      block.close();
    }
  }

  @Override
  public String toString() {
    return partition == null ? target.table().toString() : target.table() + "/" + partition;
  }
}
