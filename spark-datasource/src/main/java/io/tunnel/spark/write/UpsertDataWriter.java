package io.tunnel.spark.write;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.session.UpsertStatus;
import io.tunnel.protocol.session.UpsertWriter;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.connection.TaskWatch;
import io.tunnel.spark.row.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one attempt of one task by primary key. Rows come sorted, see {@link
 * UpsertOrdering}, and of those with one key only the last is sent. So every attempt of a task
 * sends the same, and one that is repeated, is slow or has lost changes nothing in the result,
 * although the service cannot tell attempts apart and takes nothing back.
 *
 * <p>All rows are acknowledged when {@link #commit()} returns, and visible when the driver has
 * committed. If rows tell their partition, the task has a session of its own for each, and those of
 * an attempt that fails are given up. Used by the task's thread alone.
 */
final class UpsertDataWriter implements DataWriter<InternalRow> {
  private final UpsertJob job;
  private final @Nullable UpsertHandle shared;
  private final int id;
  private final CommitPermission permission;
  private final ClientLease lease;
  private final BufferAllocator allocator;
  private final UpsertRows rows;
  private final SameValues sameKey;
  private final SameValues samePartition;
  private final HeldRow held;
  private final TaskWatch watch;
  private final byte[] operations = new byte[RowBatch.MAX_ROWS];
  private final TaskMetric rowsMetric = new TaskMetric(RowsWritten.NAME);
  private final TaskMetric bytesMetric = new TaskMetric(BytesWritten.NAME);
  private final CustomTaskMetric[] metrics = {rowsMetric, bytesMetric};

  /** Kept open, and by that alive, until the driver knows of them. */
  private final List<UpsertSession> sessions = new ArrayList<>();

  private byte heldOperation;
  private long heldNumber;
  private long taken;
  private long flushedRows;
  private long flushedBytes;
  private @Nullable RowBatch batch;
  private @Nullable UpsertLayout layout;
  private @Nullable UpsertWriter writer;

  /** Whether the partition of the rows is missing, and so nothing is to be deleted from it. */
  private boolean missing;

  private UpsertDataWriter(
      UpsertJob job,
      @Nullable UpsertHandle shared,
      int id,
      CommitPermission permission,
      ClientLease lease,
      BufferAllocator allocator) {
    this.job = job;
    this.shared = shared;
    this.id = id;
    this.permission = permission;
    this.lease = lease;
    this.allocator = allocator;
    StructType type = job.rows();
    rows = job.matched();
    sameKey = new SameValues(type, rows.keys());
    samePartition = new SameValues(type, rows.partitions());
    held = new HeldRow(type);
    watch = TaskWatch.ofThisTask();
  }

  /**
   * Opens a writer; sends nothing before there are rows.
   *
   * @param shared the session of all tasks; null if each partition gets its own, or if there is
   *     nothing to delete
   * @param id the Spark partition id
   */
  static UpsertDataWriter open(
      UpsertJob job, @Nullable UpsertHandle shared, int id, CommitPermission permission) {
    ClientLease lease = job.connection().lease();
    try {
      return new UpsertDataWriter(
          job, shared, id, permission, lease, JvmResources.newAllocator("upsert task " + id));
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  @Override
  public void write(InternalRow row) throws IOException {
    taken++;
    UnsafeRow current = held.binary(row);
    byte operation = operation(current);
    boolean begins = held.isEmpty();
    if (!begins) {
      if (!samePartition.in(held.row(), current)) {
        send();
        endPartition();
        begins = true;
      } else if (!sameKey.in(held.row(), current)) {
        send();
      }
    }
    held.hold(current);
    heldOperation = operation;
    heldNumber = taken;
    if (begins) {
      beginPartition();
    }
  }

  private byte operation(InternalRow row) {
    try {
      byte operation = rows.operation(row);
      if (operation == UpsertOperation.UPSERT.code()) {
        rows.requireValues(row);
      }
      return operation;
    } catch (IllegalArgumentException e) {
      throw refused(taken, e);
    }
  }

  private static IllegalArgumentException refused(long number, IllegalArgumentException e) {
    return new IllegalArgumentException("Row " + number + " of the task: " + e.getMessage(), e);
  }

  /** Takes the held row, which is the last of its key, into the batch. */
  private void send() throws IOException {
    held.clear();
    if (missing) {
      return;
    }
    RowBatch target = batch;
    if (target == null) {
      throw new IllegalStateException("The batch is opened with the first session");
    }
    operations[target.rows()] = heldOperation;
    if (target.add(held.row())) {
      flushBatch();
    }
  }

  /** Opens the session of the held row's partition. */
  private void beginPartition() throws IOException {
    watch.during(this::openSession);
    if (missing) {
      return;
    }
    UpsertSession session = sessions.get(sessions.size() - 1);
    requireOpen(session);
    UpsertLayout first = layout;
    if (first == null) {
      UpsertRows matched = job.matched(session);
      first = matched.layout(session);
      layout = first;
      batch = matched.batch(allocator);
    } else if (!session.layout().isOfSameTable(first)) {
      throw TunnelException.of(
          "TableModified",
          "The table "
              + job.table()
              + " has changed while rows were written: "
              + session
              + " has other columns than the session before; write the rows again");
    }
    writer = session.openWriter(first, job.settings().writer());
  }

  /** A session that has ended would refuse the rows too, but without a word on what to do. */
  private static void requireOpen(UpsertSession session) throws TunnelException {
    if (session.status() != UpsertStatus.NORMAL) {
      throw TunnelException.of(
          "StatusConflict",
          session
              + " takes no rows, its state is "
              + session.status()
              + ": the table has changed, or the session is too old or has failed in the service;"
              + " write the rows again in a new session");
    }
  }

  private void openSession() throws TunnelException {
    UpsertSession session = null;
    if (shared != null) {
      session = lease.client().attachUpsert(shared);
    } else if (job.isByPartition()) {
      session = PartitionSessions.begin(lease.client(), job, partition());
    }
    missing = session == null;
    if (session != null) {
      sessions.add(session);
    }
  }

  private @Nullable PartitionSpec partition() {
    try {
      return rows.partition(held.row());
    } catch (IllegalArgumentException e) {
      throw refused(heldNumber, e);
    }
  }

  private void flushBatch() throws IOException {
    RowBatch full = batch;
    UpsertWriter open = writer;
    if (full == null || open == null || full.rows() == 0) {
      return;
    }
    RunningTask.stopIfKilled();
    watch.during(() -> open.write(full.load(), operations));
    flushedRows += full.rows();
    flushedBytes += full.bytes();
    full.clear();
  }

  /** Returns when the service has acknowledged all rows of the partition. */
  private void endPartition() throws IOException {
    flushBatch();
    UpsertWriter open = writer;
    if (open != null) {
      RunningTask.stopIfKilled();
      watch.during(open::flush);
      writer = null;
      open.close();
    }
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (!held.isEmpty()) {
      send();
    }
    endPartition();
    RunningTask.stopIfKilled();
    List<UpsertHandle> begun = List.of();
    if (shared == null) {
      // Of two attempts one is let through; the sessions of the other are given up.
      permission.require(id);
      begun = sessions.stream().map(UpsertSession::handle).toList();
    }
    RunningTask.reportOutput(flushedRows, flushedBytes);
    close();
    return new UpsertCommitMessage(flushedRows, begun);
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    RowBatch open = batch;
    long rowsNow = flushedRows + (open == null ? 0 : open.rows());
    long bytesNow = flushedBytes + (open == null ? 0 : open.bytes());
    if (!held.isEmpty() && !missing) {
      // Spark asks for the last time before commit(), which sends this row.
      rowsNow++;
      bytesNow += held.row().getSizeInBytes();
    }
    rowsMetric.set(rowsNow);
    bytesMetric.set(bytesNow);
    return metrics;
  }

  /** Breaks off what is being sent, and gives the sessions up that only this attempt has. */
  @Override
  public void abort() throws IOException {
    List<UpsertHandle> own =
        shared == null ? sessions.stream().map(UpsertSession::handle).toList() : List.of();
    close();
    UpsertSessions.abandon(job.connection(), own);
  }

  /** Frees everything. May be called again. */
  @Override
  public void close() throws IOException {
    writer = null;
    for (UpsertSession session : sessions) {
      // Closes its writer too.
      session.close();
    }
    sessions.clear();
    RowBatch open = batch;
    batch = null;
    try (lease;
        allocator;
        open;
        watch) {
      // Closed in reverse: the watch, the batch, its memory, the client.
    }
  }
}
