package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.BackgroundWorker;
import io.tunnel.jdbc.execution.ExecutionControl;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The batch of one prepared INSERT. Rows fill one {@link RowBatch}; when it is full the worker
 * sends it while the other one is filled, so memory stays bounded whatever the number of rows, and
 * nothing is visible before the commit.
 *
 * <p>In a transaction the first {@value #MAX_WAITING} full batches wait for {@link #execute}, which
 * writes them into the block that all small batches share. Only a larger batch is sent before, in
 * blocks of its own, because rows that are cleared again cannot be taken out of a shared block.
 */
public final class InsertBatch implements AutoCloseable {
  private static final int MAX_VALUE_IN_MESSAGE = 64;
  private static final int MAX_WAITING = 8;

  private final UploadTarget target;
  private final Cells cells;
  private final List<TupleBinding> tuples;
  private final BackgroundWorker worker;
  private PartitionDictionary partitions;
  private final Deque<RowBatch> free = new ArrayDeque<>();
  private final List<RowBatch> waiting = new ArrayList<>();
  private List<RowBatch> beingSent = List.of();
  private @Nullable RowBatch filling;
  private @Nullable TableUpload streaming;
  private @Nullable FutureTask<Boolean> sending;
  private @Nullable SQLException failure;
  private int[] partitionOfEntry = new int[0];
  private int entries;
  private long rowsBefore;

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
   * @param transaction where the rows will go; null with auto-commit on
   * @throws SQLException if a value does not fit (the message names row, column, value and type) or
   *     sending an earlier part failed
   */
  public void add(@Nullable Transaction transaction, ExecutionControl control) throws SQLException {
    if (failure != null) {
      throw failure;
    }
    RowBatch batch = filling;
    if (batch == null) {
      batch = emptyBatch();
      filling = batch;
    }
    try {
      batch.add(cells, tuples);
    } catch (RowException e) {
      throw valueError(rowsBefore + batch.rows() + 1 + e.tuple, e);
    }
    if (tuples.size() == 1 && tuples.get(0).partition().length > 0) {
      rememberPartition(batch.partitionOf(batch.rows() - 1));
    }
    entries++;
    if (batch.isFull()) {
      rowsBefore += batch.rows();
      waiting.add(batch);
      filling = null;
      try {
        if (transaction == null || streaming != null || waiting.size() > MAX_WAITING) {
          stream(transaction, control);
        }
      } catch (SQLException e) {
        failure = e;
        throw e;
      }
    }
  }

  private RowBatch emptyBatch() {
    RowBatch batch = free.poll();
    if (batch == null) {
      return new RowBatch(target.schema(), target.allocator(), target.converter(), partitions);
    }
    batch.reset(partitions);
    return batch;
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

  private void stream(@Nullable Transaction transaction, ExecutionControl control)
      throws SQLException {
    TableUpload upload = streaming;
    if (upload == null) {
      upload =
          new TableUpload(
              transaction == null
                  ? new TableSessions(target)
                  : transaction.shared(target).sessions());
      streaming = upload;
    }
    requireOpen(upload);
    startSending(upload, control);
  }

  private void requireOpen(TableUpload upload) throws SQLException {
    if (upload.sessions().isEnded()) {
      throw SqlErrors.invalidState(
          "The transaction was committed or rolled back while this batch into "
              + target.table()
              + " was being filled, so its rows were not written; execute the batch before"
              + " commit() and add its rows again");
    }
  }

  private void startSending(TableUpload upload, ExecutionControl control) throws SQLException {
    awaitSending(control);
    List<RowBatch> batches = List.copyOf(waiting);
    waiting.clear();
    beingSent = batches;
    sending =
        worker.start(
            () -> {
              for (RowBatch batch : batches) {
                upload.write(batch);
              }
              return true;
            });
  }

  private void awaitSending(ExecutionControl control) throws SQLException {
    FutureTask<Boolean> task = sending;
    if (task != null) {
      BackgroundWorker.await(task, "Writing to " + target.table(), control);
      sending = null;
      free.addAll(beingSent);
      beingSent = List.of();
    }
  }

  /** Sends the rest and commits; the batch is empty afterwards, whatever happens. */
  public void commit(ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    TableUpload upload = streaming == null ? new TableUpload(new TableSessions(target)) : streaming;
    streaming = upload;
    sendRest(upload, control);
    worker.run(
        "Writing to " + target.table(),
        control,
        () -> {
          upload.finishBlocks();
          upload.sessions().commit();
          return true;
        });
  }

  /** Sends the rest; the rows become visible with the transaction. */
  public void execute(Transaction transaction, ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    TableUpload own = streaming;
    try {
      sendRest(own == null ? transaction.shared(target) : own, control);
      if (own != null) {
        worker.run(
            "Writing to " + target.table(),
            control,
            () -> {
              own.finishBlocks();
              return true;
            });
      }
    } catch (SQLException e) {
      transaction.fail(e);
      throw e;
    }
    if (own != null) {
      transaction.add(own);
      streaming = null;
    }
  }

  private void sendRest(TableUpload upload, ExecutionControl control) throws SQLException {
    if (failure != null) {
      throw failure;
    }
    requireOpen(upload);
    RowBatch rest = filling;
    if (rest != null && rest.rows() > 0) {
      waiting.add(rest);
      filling = null;
    }
    startSending(upload, control);
    awaitSending(control);
  }

  /**
   * Which entries are stored although {@link #commit} failed: those of partitions that were
   * committed before the failure. Null if none is.
   */
  public boolean @Nullable [] storedEntries() {
    TableUpload upload = streaming;
    if (upload == null
        || !upload.sessions().isPartlyCommitted()
        || partitionOfEntry.length < entries) {
      return null;
    }
    boolean[] stored = new boolean[entries];
    for (int i = 0; i < entries; i++) {
      stored[i] = upload.sessions().isCommitted(partitions.spec(partitionOfEntry[i]));
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
    rowsBefore = 0;
    partitionOfEntry = new int[0];
    partitions = newPartitions();
    free.addAll(beingSent);
    free.addAll(waiting);
    beingSent = List.of();
    waiting.clear();
    if (filling != null) {
      free.add(filling);
      filling = null;
    }
    if (task != null && (interrupted || task.isCancelled())) {
      // The worker may still be reading the vectors: it frees them when it is through.
      freeBatches();
    }
  }

  private void freeBatches() {
    List<RowBatch> batches = List.copyOf(free);
    free.clear();
    worker.cleanUp(() -> batches.forEach(RowBatch::close));
  }

  /** Drops all entries and frees all memory. */
  @Override
  public void close() {
    clear();
    freeBatches();
  }
}
