package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.BackgroundWorker;
import io.tunnel.jdbc.execution.ExecutionControl;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The batch of one prepared INSERT. Rows fill one {@link RowBatch}; when it is full the worker
 * sends it while the other one is filled, so memory stays at two batches whatever the number of
 * rows, and nothing is visible before the commit.
 */
public final class InsertBatch implements AutoCloseable {
  private static final int MAX_VALUE_IN_MESSAGE = 64;

  private final UploadTarget target;
  private final Cells cells;
  private final List<TupleBinding> tuples;
  private final BackgroundWorker worker;
  private PartitionDictionary partitions;
  private @Nullable RowBatch filling;
  private @Nullable RowBatch spare;
  private @Nullable TableUpload streaming;
  private @Nullable FutureTask<Boolean> sending;
  private @Nullable SQLException failure;
  private int[] partitionOfEntry = new int[0];
  private int entries;
  private long rowsSent;

  /**
   * Creates an empty batch.
   *
   * @param cells the statement's parameters; constants of the plan are added
   */
  public InsertBatch(UploadTarget target, TunnelInsert plan, Cells cells, BackgroundWorker worker) {
    this.target = target;
    this.cells = cells;
    this.tuples = TupleBinding.bind(plan, cells);
    this.worker = worker;
    this.partitions = newPartitions();
  }

  private PartitionDictionary newPartitions() {
    return new PartitionDictionary(target.schema().partitionColumns(), target.converter());
  }

  /** The target's columns when the statement was planned. */
  public UploadTarget target() {
    return target;
  }

  /** The number of entries, each of {@link #rowsPerEntry()} rows. */
  public int entries() {
    return entries;
  }

  /** The tuples of the statement. */
  public int rowsPerEntry() {
    return tuples.size();
  }

  /**
   * Adds the rows that the cells hold, all or none. May wait for the network if the batch before is
   * still being sent.
   *
   * @throws SQLException if a value does not fit (the message names row, column, value and type) or
   *     sending an earlier part failed
   */
  public void add(ExecutionControl control) throws SQLException {
    if (failure != null) {
      throw failure;
    }
    RowBatch batch = filling;
    if (batch == null) {
      batch = newBatch();
      filling = batch;
    }
    try {
      batch.add(cells, tuples);
    } catch (RowException e) {
      throw valueError(rowsSent + batch.rows() + 1 + e.tuple, e);
    }
    if (tuples.size() == 1 && tuples.get(0).partition().length > 0) {
      rememberPartition(batch.partitionOf(batch.rows() - 1));
    }
    entries++;
    if (batch.isFull()) {
      try {
        stream(batch, control);
      } catch (SQLException e) {
        failure = e;
        throw e;
      }
    }
  }

  private RowBatch newBatch() {
    return new RowBatch(target.schema(), target.allocator(), target.converter(), partitions);
  }

  private void rememberPartition(int partition) {
    if (entries == partitionOfEntry.length) {
      partitionOfEntry = Arrays.copyOf(partitionOfEntry, Math.max(64, 2 * entries));
    }
    partitionOfEntry[entries] = partition;
  }

  static SQLException valueError(long row, RowException e) {
    String value = String.valueOf(e.value instanceof byte[] b ? b.length + " bytes" : e.value);
    if (value.length() > MAX_VALUE_IN_MESSAGE) {
      value = value.substring(0, MAX_VALUE_IN_MESSAGE) + "...";
    }
    return SqlErrors.value(
        "Row " + row + ", column " + e.column.name(),
        e.column.type() + ", value " + value,
        e.reason);
  }

  private void stream(RowBatch batch, ExecutionControl control) throws SQLException {
    TableUpload upload = streaming;
    if (upload == null) {
      upload = new TableUpload(target);
      streaming = upload;
    }
    awaitSending(control);
    TableUpload current = upload;
    sending =
        worker.start(
            () -> {
              current.write(batch);
              return true;
            });
    rowsSent += batch.rows();
    RowBatch next = spare == null ? newBatch() : spare;
    next.reset(partitions);
    spare = batch;
    filling = next;
  }

  private void awaitSending(ExecutionControl control) throws SQLException {
    FutureTask<Boolean> task = sending;
    if (task != null) {
      BackgroundWorker.await(task, "Writing to " + target.table(), control);
      sending = null;
    }
  }

  /** Sends the rest and commits; the batch is empty afterwards, whatever happens. */
  public void commit(ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    TableUpload upload = streaming == null ? new TableUpload(target) : streaming;
    streaming = upload;
    sendRest(upload, control);
    worker.run(
        "Writing to " + target.table(),
        control,
        () -> {
          upload.finishBlocks();
          upload.commit();
          return true;
        });
  }

  /** Sends the rest; the rows become visible with the transaction. */
  public void execute(Transaction transaction, ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    TableUpload upload = streaming == null ? transaction.shared(target) : streaming;
    try {
      sendRest(upload, control);
    } catch (SQLException e) {
      transaction.fail(e);
      throw e;
    }
    if (streaming != null) {
      transaction.add(streaming);
      streaming = null;
    }
  }

  private void sendRest(TableUpload upload, ExecutionControl control) throws SQLException {
    if (failure != null) {
      throw failure;
    }
    awaitSending(control);
    RowBatch rest = filling;
    if (rest != null && rest.rows() > 0) {
      sending =
          worker.start(
              () -> {
                upload.write(rest);
                return true;
              });
      awaitSending(control);
    }
  }

  /**
   * Which entries are stored although {@link #commit} failed: those of partitions that were
   * committed before the failure. Null if none is.
   */
  public boolean @Nullable [] storedEntries() {
    TableUpload upload = streaming;
    if (upload == null || !upload.isPartlyCommitted() || partitionOfEntry.length < entries) {
      return null;
    }
    boolean[] stored = new boolean[entries];
    for (int i = 0; i < entries; i++) {
      stored[i] = upload.isCommitted(partitions.spec(partitionOfEntry[i]));
    }
    return stored;
  }

  /** Drops all entries; what was sent already is given up. */
  public void clear() {
    FutureTask<Boolean> task = sending;
    TableUpload upload = streaming;
    boolean interrupted = task != null && !task.isDone();
    if (task != null && interrupted) {
      task.cancel(true);
    }
    if (upload != null) {
      worker.cleanUp(upload::close);
    }
    sending = null;
    streaming = null;
    failure = null;
    entries = 0;
    rowsSent = 0;
    partitionOfEntry = new int[0];
    partitions = newPartitions();
    if (task != null && (interrupted || task.isCancelled())) {
      // The worker may still be reading the vectors: it frees them when it is through.
      freeBatches();
    } else if (filling != null) {
      filling.reset(partitions);
    }
  }

  private void freeBatches() {
    RowBatch first = filling;
    RowBatch second = spare;
    filling = null;
    spare = null;
    worker.cleanUp(
        () -> {
          if (first != null) {
            first.close();
          }
          if (second != null) {
            second.close();
          }
        });
  }

  /** Drops all entries and frees all memory. */
  @Override
  public void close() {
    clear();
    freeBatches();
  }
}
