package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.KeyedAction;
import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.batch.KeyStates.State;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.PartitionedUpsert;
import io.tunnel.protocol.session.PartitionedUpsertOptions;
import io.tunnel.protocol.session.UpsertWriterOptions;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upsert sessions of one table, one for each partition. Rows of all statements go through the
 * same writers, so that those of one key keep their order: the last one wins.
 *
 * <p>With exact counts the keys that are to be updated or deleted are looked up first, and rows
 * that find nothing are not sent. What the transaction itself has done to a key is remembered, and
 * counts more than what is stored.
 */
final class KeyedSessions extends TableCommit {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedSessions.class);

  /** Encoded rows that wait or are being sent, of all partitions together. */
  private static final long BUFFER_BYTES = 32L << 20;

  private final boolean shared;
  private final PartitionedUpsert upsert;
  private final TableSql sql;
  private final KeyLookup lookup;
  private final KeyStates touched = new KeyStates();

  /** The numbers that partitions have in the remembered keys. */
  private final Map<Optional<PartitionSpec>, Integer> partitionNumbers = new HashMap<>();

  private final Set<Optional<PartitionSpec>> begun = new HashSet<>();
  private @Nullable KeyedUpload writing;
  private boolean commitBegun;
  private boolean committed;
  private volatile boolean mayCommitAgain;

  /**
   * Nothing is opened yet.
   *
   * @param shared whether the batches of a transaction share the sessions
   */
  KeyedSessions(TableTarget target, boolean shared) {
    super(target);
    this.shared = shared;
    upsert =
        target
            .client()
            .upsertPartitions(
                target.table(),
                PartitionedUpsertOptions.defaults()
                    .withWriter(UpsertWriterOptions.defaults().withBufferSize(BUFFER_BYTES)),
                UnaryOperator.identity());
    sql = new TableSql(target);
    lookup = new KeyLookup(target, sql);
  }

  boolean isShared() {
    return shared;
  }

  /** Writes the rows of a batch that find a row, or need none. */
  void write(KeyedUpload upload, KeyedWrite plan, RowBatch batch, RowOutcomes outcomes)
      throws IOException, SQLException {
    requireInTurn(upload);
    writing = upload;
    upload.begin();
    VectorSchemaRoot rows = batch.load();
    List<@Nullable PartitionSpec> partitions = batch.partitions().specs();
    int[] partitionOfRow = batch.partitionNumbers();
    BitSet absent = findAbsent(plan, rows, partitionOfRow, partitions);
    for (int row = absent.nextSetBit(0); row >= 0; row = absent.nextSetBit(row + 1)) {
      partitionOfRow[row] = -1;
    }
    BitSet needed = new BitSet();
    BitSet missing = new BitSet();
    for (int row = 0; row < partitionOfRow.length; row++) {
      int partition = partitionOfRow[row];
      if (partition >= 0 && !needed.get(partition)) {
        needed.set(partition);
        missing.set(partition, !begin(partitions.get(partition), plan));
      }
      if (partition >= 0 && missing.get(partition)) {
        partitionOfRow[row] = -1;
      }
    }
    upsert.write(
        whole -> layout(whole, plan),
        partitions,
        partitionOfRow,
        rows,
        plan.action() == KeyedAction.DELETE ? UpsertOperation.DELETE : UpsertOperation.UPSERT);
    outcomes.add(batch.rows(), absent);
  }

  /** Throws if rows of another batch are in the sessions that it may still take back. */
  private void requireInTurn(KeyedUpload upload) throws SQLException {
    KeyedUpload other = writing;
    if (other != null && other != upload && other.isUnfinished()) {
      throw SqlErrors.invalidState(
          "A batch into "
              + target().table()
              + " is so large that its rows are being sent already; execute it before another"
              + " statement writes into the table");
    }
  }

  private static UpsertLayout layout(UpsertLayout whole, KeyedWrite plan) {
    List<String> names = plan.schema().columns().stream().map(Column::name).toList();
    UpsertLayout brought = names.size() == whole.columns().size() ? whole : whole.bringing(names);
    return plan.updated().isEmpty() ? brought : brought.updating(plan.updated());
  }

  /**
   * Begins the session of a partition unless it has begun.
   *
   * @return false if the partition is missing, so that it has nothing to delete
   */
  private boolean begin(@Nullable PartitionSpec partition, KeyedWrite plan)
      throws TunnelException, SQLException {
    if (begun.contains(Optional.ofNullable(partition))) {
      return true;
    }
    UpsertLayout whole;
    try {
      whole = upsert.begin(partition);
    } catch (TunnelException e) {
      if (partition == null || !e.code().equals("NoSuchPartition")) {
        throw e;
      }
      if (plan.action() == KeyedAction.DELETE) {
        return false;
      }
      if (!target().options().createPartitions()) {
        throw e;
      }
      sql.createPartition(partition);
      whole = upsert.begin(partition);
    }
    begun.add(Optional.ofNullable(partition));
    target().checkColumns(whole.columns());
    target().checkKey(whole.keyColumns());
    return true;
  }

  /** The rows that find nothing to change. */
  private BitSet findAbsent(
      KeyedWrite plan,
      VectorSchemaRoot rows,
      int[] partitionOfRow,
      List<@Nullable PartitionSpec> partitions)
      throws IOException, SQLException {
    BitSet absent = new BitSet();
    boolean needsRow = plan.action().needsRow();
    boolean remembers = needsRow || (shared && !touched.isFull());
    if (!target().options().exactCounts() || !remembers) {
      return absent;
    }
    requireKnown(plan);
    KeyColumns keys = KeyColumns.of(target(), plan.schema().columns(), rows);
    RowPartitions places = new RowPartitions(partitionOfRow, partitions, numbers(partitions));
    KeyBytes key = keys.bytes();
    KeyStates stored = new KeyStates();
    if (needsRow) {
      BitSet asked = new BitSet();
      for (int row = 0; row < partitionOfRow.length; row++) {
        key.take(places.number(row), row);
        asked.set(row, touched.get(key) == State.UNKNOWN);
      }
      stored = lookup.find(keys, places, asked);
    }
    for (int row = 0; row < partitionOfRow.length; row++) {
      key.take(places.number(row), row);
      if (needsRow) {
        State state = touched.get(key);
        absent.set(row, (state == State.UNKNOWN ? stored.get(key) : state) != State.PRESENT);
      }
      if (plan.action() == KeyedAction.REPLACE) {
        touched.put(key, State.PRESENT);
      } else if (plan.action() == KeyedAction.DELETE && !absent.get(row)) {
        touched.put(key, State.ABSENT);
      }
    }
    requireKnown(plan);
    return absent;
  }

  /** Throws if rows must be counted, and too many keys were changed to remember them all. */
  private void requireKnown(KeyedWrite plan) throws SQLException {
    if (plan.action().needsRow() && touched.isFull()) {
      throw SqlErrors.tooManyKeys(
          "Too many rows of "
              + target().table()
              + " were changed without a commit to tell which others an UPDATE or DELETE finds;"
              + " commit more often, or connect with rowCounts=unknown");
    }
  }

  private int[] numbers(List<@Nullable PartitionSpec> partitions) {
    int[] numbers = new int[partitions.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          partitionNumbers.computeIfAbsent(
              Optional.ofNullable(partitions.get(i)), spec -> partitionNumbers.size());
    }
    return numbers;
  }

  /** Throws if rows are missing, or may still be taken back. */
  @Override
  void checkComplete() throws SQLException {
    super.checkComplete();
    KeyedUpload last = writing;
    if (last != null && last.isUnfinished()) {
      throw SqlErrors.invalidState(
          "Nothing was committed, because a batch into "
              + target().table()
              + " was not executed, a part of whose rows was sent already; execute it before"
              + " commit()");
    }
  }

  @Override
  void finish() throws IOException {
    if (!commitBegun) {
      upsert.flush();
    }
  }

  @Override
  void commit() throws SQLException {
    if (committed) {
      return;
    }
    commitBegun = true;
    mayCommitAgain = false;
    try {
      upsert.commit();
      committed = true;
    } catch (IOException e) {
      mayCommitAgain = shared && e instanceof TunnelException failure && failure.isRetryable();
      throw SqlErrors.of("Committing the rows of " + target().table(), e);
    }
  }

  @Override
  boolean mayCommitAgain() {
    return mayCommitAgain;
  }

  @Override
  boolean isPartlyCommitted() {
    return upsert.partitions().stream().anyMatch(upsert::isCommitted);
  }

  @Override
  boolean isCommitted(@Nullable PartitionSpec partition) {
    return upsert.isCommitted(partition);
  }

  @Override
  void close() {
    try {
      if (committed) {
        upsert.close();
      } else {
        upsert.abort();
      }
    } catch (IOException e) {
      LOG.debug("Giving up the rows of {} failed; its sessions expire", target().table(), e);
    }
  }
}
