package io.tunnel.jdbc.batch;

import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows on their way into one table, in blocks of their own. They become visible with {@link
 * TableSessions#commit}.
 */
final class TableUpload implements RowSink {
  private static final Logger LOG = LoggerFactory.getLogger(TableUpload.class);

  /** Blocks that are open at once; each keeps a connection and what is not acknowledged yet. */
  private static final int MAX_OPEN_BLOCKS = 8;

  private final TableSessions sessions;
  private final Map<Optional<PartitionSpec>, PartitionUpload> uploads =
      new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable VectorSchemaRoot scratch;
  private int openBlocks;
  private volatile boolean written;

  TableUpload(TableSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public TableSessions table() {
    return sessions;
  }

  @Override
  public boolean hasWritten() {
    return written;
  }

  @Override
  public void write(RowBatch batch, RowOutcomes outcomes) throws IOException, SQLException {
    if (batch.rows() == 0) {
      return;
    }
    if (!batch.hasSeveralPartitions()) {
      write(batch.partitions().spec(batch.partitionOf(0)), batch.load());
      return;
    }
    VectorSchemaRoot rows = batch.load();
    for (int partition : partitionsOf(batch)) {
      write(batch.partitions().spec(partition), select(batch, rows, partition));
    }
  }

  private static List<Integer> partitionsOf(RowBatch batch) {
    boolean[] seen = new boolean[batch.partitions().size()];
    List<Integer> order = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      int partition = batch.partitionOf(row);
      if (!seen[partition]) {
        seen[partition] = true;
        order.add(partition);
      }
    }
    return order;
  }

  private VectorSchemaRoot select(RowBatch batch, VectorSchemaRoot source, int partition) {
    VectorSchemaRoot selected = scratch;
    if (selected == null) {
      selected = VectorSchemaRoot.create(source.getSchema(), sessions.target().allocator());
      scratch = selected;
    }
    for (FieldVector vector : selected.getFieldVectors()) {
      vector.reset();
    }
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      if (batch.partitionOf(row) == partition) {
        for (int i = 0; i < source.getFieldVectors().size(); i++) {
          selected.getVector(i).copyFromSafe(row, count, source.getVector(i));
        }
        count++;
      }
    }
    selected.setRowCount(count);
    return selected;
  }

  private void write(@Nullable PartitionSpec partition, VectorSchemaRoot rows)
      throws IOException, SQLException {
    PartitionUpload upload =
        uploads.computeIfAbsent(
            Optional.ofNullable(partition),
            key -> new PartitionUpload(sessions.session(partition)));
    if (!upload.hasOpenBlock()) {
      if (openBlocks == MAX_OPEN_BLOCKS) {
        finishLeastRecentBlock();
      }
      openBlocks++;
    }
    upload.write(rows);
    written = true;
  }

  private void finishLeastRecentBlock() throws IOException {
    for (PartitionUpload upload : uploads.values()) {
      if (upload.hasOpenBlock()) {
        upload.finishBlock();
        openBlocks--;
        return;
      }
    }
  }

  /** Ends all blocks and waits until the service has acknowledged them. */
  @Override
  public void finish() throws IOException {
    for (PartitionUpload upload : uploads.values()) {
      upload.finishBlock();
    }
    openBlocks = 0;
  }

  /** Gives up blocks that are open and frees all memory. */
  @Override
  public void close() {
    VectorSchemaRoot selected = scratch;
    scratch = null;
    if (selected != null) {
      selected.close();
    }
    for (PartitionUpload upload : uploads.values()) {
      try {
        upload.close();
      } catch (IOException e) {
        LOG.debug("Giving up a block of {} failed; the service drops it by itself", upload, e);
      }
    }
  }
}
