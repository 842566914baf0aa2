package io.tunnel.spark.write;

import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.connection.TaskWatch;
import io.tunnel.spark.row.RowBatch;
import java.io.IOException;
import java.time.InstantSource;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one attempt of one partition as one block. The block's request is ended only
 * in {@link #commit()}, after the coordinator has let this attempt through; any other way out
 * leaves an unfinished request, which the service drops.
 *
 * <p>Used by the task's thread alone. Memory is one {@link RowBatch} and what the block keeps until
 * it is acknowledged; both are free after commit, abort or close.
 */
final class TunnelDataWriter implements DataWriter<InternalRow> {
  private final Block target;
  private final CommitPermission permission;
  private final InstantSource clock;
  private final ClientLease lease;
  private final BufferAllocator allocator;
  private final RowBatch batch;
  private final TaskWatch watch = TaskWatch.ofThisTask();
  private final TaskMetric rowsMetric = new TaskMetric(RowsWritten.NAME);
  private final TaskMetric bytesMetric = new TaskMetric(BytesWritten.NAME);
  private final CustomTaskMetric[] metrics = {rowsMetric, bytesMetric};
  private @Nullable BlockWriter block;
  private long flushedRows;
  private long flushedBytes;

  /**
   * The block to write.
   *
   * @param session the upload session
   * @param life how long it can be used
   * @param id the Spark partition id
   * @param table the columns of the table
   * @param rows the columns of the DataFrame
   * @param maxFieldBytes the longest text or binary value that the service takes
   */
  record Block(
      Connection connection,
      UploadHandle session,
      SessionLife life,
      int id,
      TableSchema table,
      StructType rows,
      int maxFieldBytes) {}

  private TunnelDataWriter(
      Block target,
      CommitPermission permission,
      InstantSource clock,
      ClientLease lease,
      BufferAllocator allocator,
      RowBatch batch) {
    this.target = target;
    this.permission = permission;
    this.clock = clock;
    this.lease = lease;
    this.allocator = allocator;
    this.batch = batch;
  }

  /** Opens a writer; sends nothing before there are rows. */
  static TunnelDataWriter open(Block target, CommitPermission permission, InstantSource clock) {
    BufferAllocator allocator = JvmResources.newAllocator("block " + target.id());
    try {
      RowBatch batch =
          new RowBatch(target.table(), target.rows(), allocator, target.maxFieldBytes());
      return new TunnelDataWriter(
          target, permission, clock, target.connection().lease(), allocator, batch);
    } catch (RuntimeException e) {
      allocator.close();
      throw e;
    }
  }

  @Override
  public void write(InternalRow row) throws IOException {
    if (batch.add(row)) {
      flush();
    }
  }

  private void flush() throws IOException {
    RunningTask.stopIfKilled();
    target.life().requireTimeLeft(clock.instant());
    openBlock().write(batch.load());
    flushedRows += batch.rows();
    flushedBytes += batch.bytes();
    batch.clear();
  }

  private BlockWriter openBlock() throws IOException {
    BlockWriter open = block;
    if (open == null) {
      open = lease.client().openBlock(target.session(), target.id(), allocator);
      block = open;
    }
    return open;
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (batch.rows() > 0) {
      flush();
    }
    RunningTask.stopIfKilled();
    target.life().requireTimeLeft(clock.instant());
    permission.require(target.id());
    boolean written = flushedRows > 0 || mayReplaceAnEarlierBlock();
    if (written) {
      watch.during(openBlock()::finish);
    }
    RunningTask.reportOutput(flushedRows, flushedBytes);
    close();
    return new BlockCommitMessage(target.id(), written);
  }

  /**
   * An earlier attempt may have finished its block and died before it could say so. If this one has
   * no rows, which a deterministic input rules out, an empty block takes the place of that one.
   */
  private static boolean mayReplaceAnEarlierBlock() {
    TaskContext task = TaskContext.get();
    return task != null && (task.attemptNumber() > 0 || task.stageAttemptNumber() > 0);
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    rowsMetric.set(flushedRows + batch.rows());
    bytesMetric.set(flushedBytes + batch.bytes());
    return metrics;
  }

  /** Breaks the request off, which takes no answer of the service. */
  @Override
  public void abort() throws IOException {
    close();
  }

  /** Frees everything; a block that was not finished is dropped. May be called again. */
  @Override
  public void close() throws IOException {
    BlockWriter open = block;
    block = null;
    try (lease;
        allocator;
        batch;
        open;
        watch) {
      // Closed in reverse: the watch, the block, the batch, its memory, the client.
    }
  }
}
