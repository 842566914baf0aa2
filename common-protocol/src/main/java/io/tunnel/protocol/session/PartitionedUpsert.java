package io.tunnel.protocol.session;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Upserts into many partitions of one table, which must exist: one session for each, all flushed
 * and committed together. Commits of several partitions are not atomic together. A table without
 * partitions has one session, for the partition null. Used by one thread at a time, and for one
 * commit.
 *
 * <p>Rows wait in memory, in all at most {@link UpsertWriterOptions#bufferSize}; when that is full
 * all buckets of all partitions are sent, which makes many small requests if there are many
 * partitions. In file cache mode rows wait in a temporary file instead and are sent partition by
 * partition; memory is then {@link PartitionedUpsertOptions#fileMemory} for rows on their way into
 * the file and the buffer for those on their way to the service, whatever the number of partitions.
 * While nothing is sent, one of the threads that send helps to encode a batch for many partitions;
 * a batch stays with the caller all the same, and may be changed as soon as a call returns.
 */
public final class PartitionedUpsert implements Closeable {
  private final Upserts service;
  private final TableName table;
  private final PartitionedUpsertOptions options;
  private final UnaryOperator<UpsertLayout> shape;
  private final FieldLimit limit = new FieldLimit(SessionState.DEFAULT_MAX_FIELD_SIZE);
  private final RowGroups byPartition = new RowGroups();
  private final PartitionThreads threads;

  /** In the order in which they came. */
  private final Map<@Nullable PartitionSpec, PartitionTarget> targets = new LinkedHashMap<>();

  private int[] noGroups = new int[0];
  private int[] chosenRows = new int[0];

  /** The layout of whole rows. */
  private @Nullable UpsertLayout wholeRows;

  /** The layout of batches that bring none of their own. */
  private @Nullable UpsertLayout layout;

  private @Nullable BatchHashes hashes;
  private @Nullable PartitionedRowCache cache;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    FAILED,
    FLUSHED,
    COMMITTED,
    CLOSED
  }

  PartitionedUpsert(
      Upserts service,
      TableName table,
      PartitionedUpsertOptions options,
      UnaryOperator<UpsertLayout> shape) {
    this.service = service;
    this.table = table;
    this.options = options;
    this.shape = shape;
    threads =
        new PartitionThreads(
            Math.max(options.commitThreads(), options.fileCached() ? options.fileWriters() : 1));
  }

  /**
   * Begins the session of a partition, if it has none yet. A failure changes nothing, so that a
   * partition that is missing can be created, and the call repeated.
   *
   * @param partition null for a table without partitions
   * @return the layout of whole rows, which is that of all partitions
   * @throws TunnelException such as {@code NoSuchPartition} or {@code TableModified}
   */
  public UpsertLayout begin(@Nullable PartitionSpec partition) throws TunnelException {
    requireOpen();
    boolean known = targets.containsKey(partition);
    try {
      return begin(target(partition).session());
    } catch (TunnelException e) {
      if (!known) {
        targets.remove(partition);
      }
      throw e;
    }
  }

  /**
   * Writes all rows of a batch into one partition; see {@link UpsertWriter#write(VectorSchemaRoot,
   * UpsertOperation)} for what is guaranteed.
   */
  public void write(PartitionSpec partition, VectorSchemaRoot batch, UpsertOperation operation)
      throws IOException {
    requireOpen();
    UpsertLayout rows = layoutFrom(partition);
    write(List.of(partition), batch, UpsertBatch.of(rows, batch, operation), null);
  }

  /**
   * Writes each row of a batch into its partition.
   *
   * @param partitions partitions of rows of this batch
   * @param partitionOfRow for each row the index of its partition in that list
   * @param operations {@link UpsertOperation#code} for each row
   * @throws IllegalArgumentException as for one partition
   */
  public void write(
      List<PartitionSpec> partitions,
      int[] partitionOfRow,
      VectorSchemaRoot batch,
      byte[] operations)
      throws IOException {
    requireOpen();
    if (batch.getRowCount() == 0) {
      return;
    }
    if (partitionOfRow.length < batch.getRowCount()) {
      throw new IllegalArgumentException(
          "There are partitions for "
              + partitionOfRow.length
              + " rows, but the batch has "
              + batch.getRowCount());
    }
    UpsertLayout rows = layoutFrom(partitions.get(partitionOfRow[0]));
    write(partitions, batch, UpsertBatch.of(rows, batch, operations), partitionOfRow);
  }

  /**
   * Writes rows of a batch that has columns of its own choice, each into its partition. Rows of one
   * key keep their order, whatever the columns of the batches before and behind.
   *
   * @param rows makes the layout of the batch from that of whole rows
   * @param partitions partitions of rows of this batch; null stands for a table without partitions
   * @param partitionOfRow for each row the index of its partition in that list; -1 for a row that
   *     is not written
   * @throws IllegalArgumentException as for one partition
   * @throws TunnelException with code {@code PartialUpdateNotAllowed} if some columns are written
   *     only and the table does not allow that; nothing of the batch is written then
   */
  public void write(
      UnaryOperator<UpsertLayout> rows,
      List<@Nullable PartitionSpec> partitions,
      int[] partitionOfRow,
      VectorSchemaRoot batch,
      UpsertOperation operation)
      throws IOException {
    requireOpen();
    int count = batch.getRowCount();
    if (chosenRows.length < count) {
      chosenRows = new int[count];
    }
    int chosen = 0;
    for (int row = 0; row < count; row++) {
      if (partitionOfRow[row] >= 0) {
        chosenRows[chosen++] = row;
      }
    }
    if (chosen == 0) {
      return;
    }
    UpsertSession session = target(partitions.get(partitionOfRow[chosenRows[0]])).session();
    UpsertLayout own = rows.apply(begin(session));
    session.requireAllowed(own);
    UpsertBatch encoded = UpsertBatch.of(own, batch, operation);
    int[] rowHashes = hashes(batch, encoded).hashes();
    byPartition.sort(partitions.size(), partitionOfRow, chosenRows, 0, chosen);
    writeGroups(partitions, encoded, rowHashes);
  }

  private void write(
      List<PartitionSpec> partitions,
      VectorSchemaRoot root,
      UpsertBatch batch,
      int @Nullable [] partitionOfRow)
      throws IOException {
    BatchHashes rowHashes = hashes(root, batch);
    if (noGroups.length < batch.rows()) {
      noGroups = new int[batch.rows()];
    }
    byPartition.sort(
        partitions.size(),
        partitionOfRow == null ? noGroups : partitionOfRow,
        rowHashes.rows(),
        0,
        batch.rows());
    writeGroups(partitions, batch, rowHashes.hashes());
  }

  private BatchHashes hashes(VectorSchemaRoot root, UpsertBatch batch) throws IOException {
    limit.check(root);
    BatchHashes rowHashes = hashes;
    if (rowHashes == null) {
      throw new IllegalStateException("The layout is known before rows are hashed");
    }
    rowHashes.take(batch);
    return rowHashes;
  }

  /** Writes the rows of a batch that were hashed and sorted. */
  private void writeGroups(
      List<? extends @Nullable PartitionSpec> partitions, UpsertBatch batch, int[] rowHashes)
      throws IOException {
    state = State.FAILED;
    @Nullable PartitionTarget[] groups = new PartitionTarget[partitions.size()];
    for (int i = 0; i < groups.length; i++) {
      if (byPartition.start(i) < byPartition.end(i)) {
        groups[i] = target(partitions.get(i));
      }
    }
    PartitionedRowCache file = cache;
    if (file != null) {
      file.write(groups, byPartition, batch, rowHashes);
      file.makeRoom(targets.values());
    } else {
      for (int i = 0; i < groups.length; i++) {
        PartitionTarget target = groups[i];
        if (target != null) {
          target
              .writer()
              .write(
                  batch, rowHashes, byPartition.rows(), byPartition.start(i), byPartition.end(i));
        }
      }
      if (bufferedBytes() > options.writer().bufferSize()) {
        flushWriters();
      }
    }
    state = State.OPEN;
  }

  /** The layout of the batches, for which the session of some partition is needed. */
  private UpsertLayout layoutFrom(PartitionSpec partition) throws TunnelException {
    UpsertLayout known = layout;
    if (known == null) {
      UpsertSession session = target(partition).session();
      known = shape.apply(begin(session));
      session.requireAllowed(known);
      layout = known;
    }
    return known;
  }

  /** Takes what holds for all partitions from the session of the first one. */
  private UpsertLayout begin(UpsertSession session) {
    UpsertLayout known = wholeRows;
    if (known == null) {
      known = session.layout();
      wholeRows = known;
      hashes = new BatchHashes(session.hasher());
      if (options.fileCached()) {
        PartitionedRowCache rows = new PartitionedRowCache(options, threads, session.buckets());
        session.advise(rows.writerOptions());
        cache = rows;
      } else {
        session.advise(options.writer());
      }
    }
    return known;
  }

  private PartitionTarget target(@Nullable PartitionSpec partition) {
    return targets.computeIfAbsent(
        partition,
        spec -> new PartitionTarget(() -> open(spec), this::wholeRows, options.writer()));
  }

  /** Thread safe: partitions are sent from a file on several threads. */
  private UpsertSession open(@Nullable PartitionSpec partition) throws TunnelException {
    UpsertSession session = service.create(table, options.session().inPartition(partition));
    UpsertLayout expected = wholeRows;
    BatchHashes rowHashes = hashes;
    if (expected != null
        && rowHashes != null
        && !(session.layout().isOfSameTable(expected) && rowHashes.isOf(session.hasher()))) {
      session.close();
      throw TunnelException.of(
          "TableModified",
          "The table "
              + table
              + " has changed while rows were written: "
              + session
              + " has other columns or another hasher than the first partition; write the rows"
              + " again");
    }
    return session;
  }

  private UpsertLayout wholeRows() {
    UpsertLayout known = wholeRows;
    if (known == null) {
      throw new IllegalStateException("The layout is known before rows are written");
    }
    return known;
  }

  /** Bytes of encoded rows in memory, waiting or being sent. */
  public long bufferedBytes() {
    PartitionedRowCache file = cache;
    long bytes = file == null ? 0 : file.heldBytes();
    for (PartitionTarget target : targets.values()) {
      bytes += target.bufferedBytes();
    }
    return bytes;
  }

  /** The partitions that have rows; null stands for a table without partitions. */
  public List<@Nullable PartitionSpec> partitions() {
    return new ArrayList<>(targets.keySet());
  }

  /** Whether the rows of a partition are visible. */
  public boolean isCommitted(@Nullable PartitionSpec partition) {
    PartitionTarget target = targets.get(partition);
    return target != null && target.isCommitted();
  }

  /**
   * Sends all rows, and returns when the service has acknowledged them. More rows may follow.
   *
   * @throws TunnelException as {@link UpsertWriter#flush()}; {@link #abort()} should follow
   */
  public void flush() throws IOException {
    requireOpen();
    state = State.FAILED;
    PartitionedRowCache file = cache;
    if (file != null) {
      file.flush(targets.values());
    } else {
      flushWriters();
    }
    state = State.OPEN;
  }

  private void flushWriters() throws IOException {
    for (PartitionTarget target : targets.values()) {
      target.writer().startFlush();
    }
    for (PartitionTarget target : targets.values()) {
      target.writer().flush();
    }
  }

  /**
   * Flushes, and commits all partitions, several at once. If some commits fail the others are made
   * all the same; a further call commits the rest.
   *
   * @throws TunnelException the first failure, which says how many partitions are committed; the
   *     others are suppressed ones of it
   */
  public void commit() throws IOException {
    if (state == State.COMMITTED) {
      return;
    }
    if (state != State.FLUSHED) {
      flush();
      for (PartitionTarget target : targets.values()) {
        target.closeWriter();
      }
      state = State.FLUSHED;
    }
    List<PartitionThreads.Work> commits = new ArrayList<>();
    for (PartitionTarget target : targets.values()) {
      commits.add(() -> target.session().commit());
    }
    try {
      threads.runAll(commits, options.commitThreads());
    } catch (TunnelException e) {
      throw partly(e);
    }
    state = State.COMMITTED;
    closeSessions();
  }

  /** A failure of some commits, told together with what has become of the others. */
  private TunnelException partly(TunnelException failure) {
    long committed = targets.values().stream().filter(PartitionTarget::isCommitted).count();
    TunnelException told =
        failure.withReason(
            failure.reason()
                + "; of "
                + targets.size()
                + " partitions "
                + committed
                + " are committed, commit again for the others");
    Arrays.stream(failure.getSuppressed()).forEach(told::addSuppressed);
    return told;
  }

  /**
   * Gives all partitions up that are not committed, and closes this.
   *
   * @throws TunnelException the first failure; the others are suppressed ones of it
   */
  public void abort() throws IOException {
    state = State.FAILED;
    stopWriting();
    List<PartitionThreads.Work> aborts = new ArrayList<>();
    for (PartitionTarget target : targets.values()) {
      if (target.hasSession() && !target.isCommitted()) {
        aborts.add(() -> target.session().abort());
      }
    }
    try {
      threads.runAll(aborts, options.commitThreads());
    } finally {
      close();
    }
  }

  private void stopWriting() throws IOException {
    PartitionedRowCache file = cache;
    if (file != null) {
      file.stop(targets.values());
    }
    for (PartitionTarget target : targets.values()) {
      target.closeWriter();
    }
  }

  /**
   * Frees everything. Sessions that are neither committed nor aborted are left to expire. May be
   * called again.
   */
  @Override
  public void close() throws IOException {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    try {
      stopWriting();
    } finally {
      closeSessions();
      threads.close();
      PartitionedRowCache file = cache;
      if (file != null) {
        file.close();
      }
    }
  }

  private void closeSessions() {
    for (PartitionTarget target : targets.values()) {
      target.closeSession();
    }
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "No rows can be written into " + table + " any more: the upsert is " + state);
    }
  }
}
