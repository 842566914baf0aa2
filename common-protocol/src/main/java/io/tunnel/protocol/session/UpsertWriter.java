package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.pack.BucketHash;
import io.tunnel.protocol.pack.EncodedRows;
import io.tunnel.protocol.pack.EncodedRun;
import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.pack.UpsertPackWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into an upsert session: each goes to its bucket by the hash of its key, is encoded
 * straight from the batch, and waits in memory until its bucket has enough. Buckets are sent while
 * the next batch is written; writing waits for the network only when the buffer is full. Used by
 * one thread at a time.
 *
 * <p>Rows of one key take effect in the order in which they are written, also within a batch: the
 * last one wins. Rows count after {@link #flush()} has returned and the session has been committed;
 * they may have been sent before, and more than once.
 */
public final class UpsertWriter implements Closeable {
  /** How many rows of a log are written before the size of the buffer is looked at. */
  private static final int ROWS_BETWEEN_LOOKS = 64;

  private final UpsertSession session;
  private final UpsertLayout layout;
  private final UpsertWriterOptions options;
  private final FieldLimit limit = new FieldLimit(SessionState.DEFAULT_MAX_FIELD_SIZE);
  private final @Nullable UpsertPackWriter[] packs;
  private final PackSender sender;
  private final BatchHashes hashes;

  /** The bytes of a bucket with which it is sent. */
  private final long share;

  /** The same for the next pack of each bucket; the first ones are smaller. */
  private final long[] sendAt;

  private final EncodedRun run = new EncodedRun();

  /** Made for the first batch: rows from a log are encoded already. */
  private @Nullable UpsertEncoder encoder;

  private long buffered;
  private long rows;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    FAILED,
    CLOSED
  }

  UpsertWriter(
      UpsertSession session, UpsertLayout layout, UpsertWriterOptions options, boolean background) {
    this.session = session;
    this.layout = layout;
    this.options = options;
    packs = new UpsertPackWriter[session.buckets()];
    share = share(options, packs.length);
    sendAt = firstPacks(share, packs.length);
    hashes = new BatchHashes(session.hasher());
    sender = new PackSender(session, options.flushConcurrent(), background);
  }

  /** What all buckets together may hold is shared by them, if that leaves each one enough. */
  private static long share(UpsertWriterOptions options, int buckets) {
    return Math.min(
        options.bucketBufferSize(),
        Math.max(UpsertSession.ADVISED_BUCKET_BYTES, options.bufferSize() / buckets));
  }

  /**
   * Rows spread evenly over the buckets, so that all of them would be full at the same time: the
   * network idles until then and has everything to send at once. First packs of different sizes
   * make them full one after the other, from then on, and half full on average.
   */
  private static long[] firstPacks(long share, int buckets) {
    long least = Math.min(share, UpsertSession.ADVISED_BUCKET_BYTES);
    long[] sizes = new long[buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      sizes[bucket] = Math.max(least, share * (bucket + 1) / buckets);
    }
    return sizes;
  }

  /**
   * Writes all rows of the batch, which stays with the caller and may be changed as soon as the
   * call returns.
   *
   * @param batch has the columns of the layout, in wire or in extended form column by column
   * @throws IllegalArgumentException if a key is NULL, a vector does not fit its column, or a value
   *     is too long; the message names column and row, nothing of the batch is written, and the
   *     writer goes on. If a value cannot be encoded the writer has failed
   * @throws TunnelException if rows could not be sent, perhaps of an earlier batch; the writer has
   *     failed then, and the session should be aborted
   * @throws IllegalStateException after a failure or {@link #close()}
   */
  public void write(VectorSchemaRoot batch, UpsertOperation operation) throws IOException {
    requireOpen();
    write(UpsertBatch.of(layout, batch, operation), batch);
  }

  /**
   * As the other method, with an operation for each row.
   *
   * @param operations {@link UpsertOperation#code} for each row
   */
  public void write(VectorSchemaRoot batch, byte[] operations) throws IOException {
    requireOpen();
    write(UpsertBatch.of(layout, batch, operations), batch);
  }

  private void write(UpsertBatch batch, VectorSchemaRoot root) throws IOException {
    limit.check(root);
    hashes.take(batch);
    write(batch, hashes.hashes(), hashes.rows(), 0, batch.rows());
  }

  /** Writes some rows of a batch whose hashes are known. */
  void write(UpsertBatch batch, int[] rowHashes, int[] rowNumbers, int from, int to)
      throws IOException {
    requireOpen();
    state = State.FAILED;
    sender.throwFailure();
    UpsertEncoder rowEncoder = encoder();
    if (packs.length == 1 && from < to) {
      UpsertPackWriter pack = pack(0);
      buffered -= pack.heldBytes();
      rowEncoder.encode(batch, rowNumbers, from, to, pack);
      buffered += pack.heldBytes();
      sendIfFull(0, pack);
    } else {
      int next = from;
      while (next < to) {
        next += rowEncoder.encode(batch, rowHashes, rowNumbers, next, to, run);
        while (run.next()) {
          add(run);
        }
      }
    }
    rows += to - from;
    makeRoom();
    state = State.OPEN;
  }

  /** Writes rows that were encoded before. */
  void write(EncodedRows encoded) throws IOException {
    requireOpen();
    state = State.FAILED;
    while (encoded.next()) {
      add(encoded);
      if (++rows % ROWS_BETWEEN_LOOKS == 0) {
        makeRoom();
      }
    }
    state = State.OPEN;
  }

  private void add(EncodedRows row) throws IOException {
    int bucket = BucketHash.bucket(row.hash(), packs.length);
    UpsertPackWriter pack = pack(bucket);
    buffered -= pack.heldBytes();
    row.addTo(pack);
    buffered += pack.heldBytes();
    sendIfFull(bucket, pack);
  }

  private UpsertEncoder encoder() {
    UpsertEncoder known = encoder;
    if (known == null) {
      known = new UpsertEncoder();
      encoder = known;
    }
    return known;
  }

  private UpsertPackWriter pack(int bucket) {
    UpsertPackWriter pack = packs[bucket];
    if (pack == null) {
      pack = new UpsertPackWriter();
      packs[bucket] = pack;
    }
    return pack;
  }

  private void sendIfFull(int bucket, UpsertPackWriter pack) throws IOException {
    if (pack.heldBytes() >= sendAt[bucket]) {
      sendAt[bucket] = share;
      send(bucket, pack);
    }
  }

  private void send(int bucket, UpsertPackWriter pack) throws IOException {
    packs[bucket] = null;
    buffered -= pack.heldBytes();
    sender.send(bucket, pack);
  }

  /** Sends all rows without waiting for the service. */
  void startFlush() throws IOException {
    requireOpen();
    state = State.FAILED;
    sendAll();
    state = State.OPEN;
  }

  /** Waits for the network before it sends buckets that could still grow. */
  private void makeRoom() throws IOException {
    sender.awaitAtMost(Math.max(0, options.bufferSize() - buffered));
    if (buffered > options.bufferSize()) {
      sendAll();
      sender.awaitAtMost(options.bufferSize());
    }
  }

  private void sendAll() throws IOException {
    for (int bucket = 0; bucket < packs.length; bucket++) {
      UpsertPackWriter pack = packs[bucket];
      if (pack != null) {
        send(bucket, pack);
      }
    }
  }

  /** Rows written so far. */
  public long rows() {
    return rows;
  }

  /** Bytes of encoded rows that are in memory, waiting or being sent. */
  public long bufferedBytes() {
    return buffered + sender.outstanding();
  }

  boolean hasUnsentRows() {
    return state == State.FAILED || (state == State.OPEN && bufferedBytes() > 0);
  }

  /**
   * Sends all rows, and returns when the service has acknowledged them. More rows may follow.
   *
   * @throws TunnelException if the service refuses a bucket, or cannot be reached for longer than
   *     {@link io.tunnel.protocol.TunnelConfig#retryTimeout()}; the writer has failed then, and the
   *     session should be aborted
   * @throws IllegalStateException after a failure or {@link #close()}
   */
  public void flush() throws IOException {
    startFlush();
    state = State.FAILED;
    sender.awaitAtMost(0);
    state = State.OPEN;
  }

  /**
   * Frees everything, and breaks off what is being sent. Rows that were not flushed are dropped or
   * not, as it happens: the session should be aborted then. May be called again.
   */
  @Override
  public void close() throws IOException {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      Arrays.fill(packs, null);
      buffered = 0;
      sender.abandon();
      session.closed(this);
    }
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "The writer of " + session + " cannot be used any more: it is " + state);
    }
    if (!session.status().isOpen()) {
      throw new IllegalStateException(
          session + " takes no rows any more, it is " + session.status() + ": begin a new one");
    }
  }
}
