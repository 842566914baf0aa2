package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.BackgroundWorker;
import io.tunnel.jdbc.execution.ExecutionControl;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The batch of one statement whose rows go through the tunnel. Rows fill one {@link RowBatch}; when
 * it is full the worker sends it while the other one is filled, so memory stays bounded whatever
 * the number of rows, and nothing is visible before the commit.
 *
 * <p>In a transaction the first {@value #MAX_WAITING} full batches wait for {@link #execute}, which
 * writes them into the block, or the upsert session, that all small batches share. Only a larger
 * batch is sent before: rows that are inserted go in blocks of their own, because rows that are
 * cleared again cannot be taken out of a shared block. There is but one upsert session, so clearing
 * rows that are in it lets the transaction fail. {@code execute} waits for the first rows of a
 * transaction, so that what the service refuses is told at once; later rows are sent while the next
 * ones are added, and what goes wrong then is told by the next call or by the commit.
 *
 * <p>Used by one thread at a time. Only {@link #close()} may come from another one meanwhile, so
 * what belongs to {@code this} changes under its lock, which nobody holds while waiting.
 */
public final class StatementBatch implements AutoCloseable {
  private static final int MAX_VALUE_IN_MESSAGE = 64;
  private static final int MAX_WAITING = 8;

  private final TableTarget target;
  private final TunnelRows plan;
  private final Cells cells;
  private final List<TupleBinding> tuples;
  private final BackgroundWorker worker;
  private PartitionDictionary partitions;
  private final Deque<RowBatch> free = new ArrayDeque<>();
  private final List<RowBatch> waiting = new ArrayList<>();
  private List<RowBatch> beingSent = List.of();
  private @Nullable RowBatch filling;
  private @Nullable RowSink streaming;
  private @Nullable FutureTask<Boolean> sending;

  /** The sink of the transaction for the rows of this statement, if it has one of its own. */
  private @Nullable RowSink shared;

  /** Where the rows that are being sent belong if their batch was executed already. */
  private @Nullable TableCommit executed;

  private @Nullable SQLException failure;
  private RowOutcomes outcomes = new RowOutcomes();
  private int[] partitionOfEntry = new int[0];
  private int entries;
  private long rowsBefore;
  private boolean closed;

  /**
   * Creates an empty batch.
   *
   * @param cells the statement's parameters; constants of the plan are added
   */
  public StatementBatch(TableTarget target, TunnelRows plan, Cells cells, BackgroundWorker worker) {
    this.target = target;
    this.plan = plan;
    this.cells = cells;
    this.tuples = TupleBinding.bind(plan, cells);
    this.worker = worker;
    this.partitions = newPartitions();
  }

  private PartitionDictionary newPartitions() {
    return new PartitionDictionary(target.schema().partitionColumns(), target.converter());
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
      reuseSent(control);
      batch = emptyBatch();
    }
    try {
      batch.add(cells, tuples);
    } catch (RowException e) {
      throw valueError(rowsBefore + batch.rows() + 1 + e.tuple, e);
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
    if (tuples.size() == 1 && tuples.get(0).partition().length > 0) {
      rememberPartition(batch.partitionOf(batch.rows() - 1));
    }
    entries++;
    if (batch.isFull()) {
      rowsBefore += batch.rows();
      endFilling();
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

  /** Takes back the memory of rows that were executed, if they have been sent. */
  private void reuseSent(ExecutionControl control) throws SQLException {
    FutureTask<Boolean> task = sending;
    if (free.isEmpty() && executed != null && task != null && task.isDone()) {
      awaitSending(control);
    }
  }

  private synchronized RowBatch emptyBatch() throws SQLException {
    checkOpen();
    RowBatch batch = free.poll();
    if (batch == null) {
      batch = new RowBatch(plan.schema(), target.allocator(), target.converter(), partitions);
    } else {
      batch.reset(partitions);
    }
    filling = batch;
    return batch;
  }

  private synchronized void endFilling() throws SQLException {
    checkOpen();
    RowBatch batch = filling;
    filling = null;
    if (batch != null && batch.rows() > 0) {
      waiting.add(batch);
    }
  }

  private synchronized void checkOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("statement");
    }
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
    RowSink upload = streaming;
    if (transaction != null) {
      transaction.requireWritable();
    }
    if (upload == null) {
      upload = ownSink(transaction);
      streaming = upload;
    }
    requireOpen(upload);
    startSending(upload, false, control);
  }

  /** Where the rows go that are sent before their batch is executed. */
  private RowSink ownSink(@Nullable Transaction transaction) throws SQLException {
    if (plan instanceof KeyedWrite keyed) {
      return transaction == null
          ? new KeyedUpload(new KeyedSessions(target, false), keyed, true)
          : new KeyedUpload(transaction.keyed(target), keyed, true);
    }
    return new TableUpload(
        transaction == null ? new TableSessions(target) : transaction.shared(target).table());
  }

  /** Where the rows go that are sent when their batch is executed. */
  private RowSink sharedSink(Transaction transaction) throws SQLException {
    RowSink known = shared;
    if (plan instanceof KeyedWrite keyed) {
      // It remembers whether rows have been written, so that later ones need not be waited for.
      if (known == null || known.table().isEnded()) {
        known = new KeyedUpload(transaction.keyed(target), keyed, false);
        shared = known;
      }
      return known;
    }
    return transaction.shared(target);
  }

  private void requireOpen(RowSink upload) throws SQLException {
    if (upload.table().isEnded()) {
      throw SqlErrors.invalidState(
          "The transaction was committed or rolled back while this batch into "
              + target.table()
              + " was being filled, so its rows were not written; execute the batch before"
              + " commit() and add its rows again");
    }
  }

  private void startSending(RowSink upload, boolean isShared, ExecutionControl control)
      throws SQLException {
    awaitSending(control);
    synchronized (this) {
      checkOpen();
      List<RowBatch> batches = List.copyOf(waiting);
      waiting.clear();
      RowOutcomes told = outcomes;
      beingSent = batches;
      sending = worker.start(() -> send(batches, upload, isShared, told));
    }
  }

  /** On the worker thread. A block that others share is incomplete after a failure. */
  private boolean send(List<RowBatch> batches, RowSink upload, boolean isShared, RowOutcomes told)
      throws IOException, SQLException {
    try {
      for (RowBatch batch : batches) {
        upload.write(batch, told);
      }
      return true;
    } catch (IOException | SQLException | RuntimeException e) {
      if (isShared) {
        upload.table().fail(SqlErrors.of("Writing to " + target.table(), e));
      }
      throw e;
    }
  }

  private void awaitSending(ExecutionControl control) throws SQLException {
    FutureTask<Boolean> task = sending;
    if (task == null) {
      return;
    }
    TableCommit sessions = executed;
    executed = null;
    if (sessions != null && sessions.isEnded()) {
      // The transaction is over and has told how it went; only the memory is left.
      stopSending();
      return;
    }
    try {
      BackgroundWorker.await(task, "Writing to " + target.table(), control);
    } catch (SQLException e) {
      if (sessions != null) {
        sessions.fail(e);
      }
      throw e;
    }
    stopSending();
  }

  /** Sends the rest and commits; the batch is empty afterwards, whatever happens. */
  public void commit(ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    RowSink upload = streaming == null ? ownSink(null) : streaming;
    streaming = upload;
    sendRest(upload, false, control);
    awaitSending(control);
    worker.run(
        "Writing to " + target.table(),
        control,
        () -> {
          upload.finish();
          upload.table().commit();
          return true;
        });
  }

  /** Sends the rest; the rows become visible with the transaction. */
  public void execute(Transaction transaction, ExecutionControl control) throws SQLException {
    if (entries == 0) {
      return;
    }
    transaction.requireWritable();
    RowSink own = streaming;
    try {
      if (own == null) {
        RowSink sink = sharedSink(transaction);
        sendRest(sink, true, control);
        if (sink.hasWritten()) {
          executed = sink.table();
        } else {
          awaitSending(control);
        }
      } else {
        sendRest(own, false, control);
        awaitSending(control);
        worker.run(
            "Writing to " + target.table(),
            control,
            () -> {
              own.finish();
              return true;
            });
      }
    } catch (SQLException e) {
      transaction.fail(e);
      throw e;
    }
    if (own != null) {
      if (own instanceof TableUpload blocks) {
        blocks.table().add(blocks);
      }
      streaming = null;
    }
  }

  private void sendRest(RowSink upload, boolean isShared, ExecutionControl control)
      throws SQLException {
    if (failure != null) {
      throw failure;
    }
    requireOpen(upload);
    endFilling();
    startSending(upload, isShared, control);
  }

  /**
   * How many rows each entry has changed, after {@link #commit} or {@link #execute} has returned;
   * {@link Statement#SUCCESS_NO_INFO} where that was not looked up.
   */
  public long[] counts() {
    long[] counts = new long[entries];
    Arrays.fill(counts, rowsPerEntry());
    if (plan instanceof KeyedWrite keyed && keyed.action().needsRow()) {
      boolean known = target.options().exactCounts();
      for (int i = 0; i < entries; i++) {
        counts[i] = !known ? Statement.SUCCESS_NO_INFO : outcomes.isMissing(i) ? 0 : 1;
      }
    }
    return counts;
  }

  /**
   * Which entries are stored although {@link #commit} failed: those of partitions that were
   * committed before the failure. Null if none is.
   */
  public boolean @Nullable [] storedEntries() {
    RowSink upload = streaming;
    if (upload == null
        || !upload.table().isPartlyCommitted()
        || partitionOfEntry.length < entries) {
      return null;
    }
    boolean[] stored = new boolean[entries];
    for (int i = 0; i < entries; i++) {
      stored[i] = upload.table().isCommitted(partitions.spec(partitionOfEntry[i]));
    }
    return stored;
  }

  /** Drops all entries; what was sent already is given up, unless it was executed. */
  public synchronized void clear() {
    if (executed == null) {
      stopSending();
    }
    RowSink upload = streaming;
    if (upload != null) {
      worker.cleanUp(upload::close);
    }
    streaming = null;
    failure = null;
    outcomes = new RowOutcomes();
    entries = 0;
    rowsBefore = 0;
    partitionOfEntry = new int[0];
    partitions = newPartitions();
    free.addAll(waiting);
    waiting.clear();
    if (filling != null) {
      free.add(filling);
      filling = null;
    }
  }

  /** Ends the sending if it goes on, and takes the memory back. */
  private synchronized void stopSending() {
    FutureTask<Boolean> task = sending;
    sending = null;
    List<RowBatch> batches = beingSent;
    beingSent = List.of();
    if (task != null && (task.cancel(true) || task.isCancelled())) {
      free(batches);
    } else {
      free.addAll(batches);
    }
  }

  /** The worker may still be reading the batches: it frees them when it is through. */
  private void free(List<RowBatch> batches) {
    worker.cleanUp(() -> batches.forEach(RowBatch::close));
  }

  /** Drops all entries and frees all memory; what was executed is still sent. */
  @Override
  public synchronized void close() {
    closed = true;
    clear();
    free(beingSent);
    free(List.copyOf(free));
    free.clear();
  }
}
