package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.UploadCall;
import io.tunnel.protocol.pack.BucketHasher;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertPack;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upsert session: rows of one partition, or of a table without partitions, that are inserted,
 * updated or deleted by primary key, invisible until they are committed all at once (specification:
 * upsert, section 2). Several processes may write into it, as long as each key is written by one of
 * them; of several rows with one key the last one wins. Thread safe.
 *
 * <p>An open session is kept alive until it is committed, aborted or closed.
 */
public final class UpsertSession implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(UpsertSession.class);

  /** Packs should have this size at least, or the requests cost more than the rows. */
  static final long ADVISED_BUCKET_BYTES = 128 * 1024;

  private final Upserts service;
  private final UpsertHandle handle;
  private final TableSchema schema;
  private final UpsertLayout layout;
  private final BucketHasher hasher;
  private final boolean partialUpdates;
  private final Set<UpsertWriter> writers = ConcurrentHashMap.newKeySet();
  private volatile UpsertStatus status;
  private volatile Instant lastSeen;

  /** Whether a commit was sent that may have been obeyed. */
  private volatile boolean maybeCommitted;

  // Guarded by this.
  private UpsertSlots slots;

  UpsertSession(
      Upserts service,
      UpsertHandle handle,
      TableSchema schema,
      UpsertLayout layout,
      BucketHasher hasher,
      boolean partialUpdates,
      UpsertSlots slots,
      UpsertStatus status) {
    this.service = service;
    this.handle = handle;
    this.schema = schema;
    this.layout = layout;
    this.hasher = hasher;
    this.partialUpdates = partialUpdates;
    this.slots = slots;
    this.status = status;
    lastSeen = service.policy().clock().instant();
  }

  /** The id that the service has given. */
  public String id() {
    return handle.id();
  }

  /** What another process needs in order to write rows. */
  public UpsertHandle handle() {
    return handle;
  }

  /** The columns of the table. */
  public TableSchema schema() {
    return schema;
  }

  /** The columns of the primary key. */
  public List<Column> keyColumns() {
    return layout.keyColumns();
  }

  /** The layout of whole rows, from which layouts for fewer columns are made. */
  public UpsertLayout layout() {
    return layout;
  }

  /** The number of buckets. */
  public int buckets() {
    return hasher.buckets();
  }

  /** Tells the hashes of rows. */
  BucketHasher hasher() {
    return hasher;
  }

  /** Whether rows may write some of the columns and keep the others. */
  public boolean allowsPartialUpdates() {
    return partialUpdates;
  }

  /** The state as of the last answer. */
  public UpsertStatus status() {
    return status;
  }

  Instant lastSeen() {
    return lastSeen;
  }

  Upserts service() {
    return service;
  }

  /** Opens a writer for whole rows with buffers of the default size. */
  public UpsertWriter openWriter() throws TunnelException {
    return openWriter(layout, UpsertWriterOptions.defaults());
  }

  /**
   * Opens a writer. Nothing is sent before rows are written.
   *
   * @param rows the columns of the batches and those that are written, made from {@link #layout()}
   * @throws TunnelException with code {@code PartialUpdateNotAllowed} if some columns are written
   *     only and the table does not allow that
   */
  public UpsertWriter openWriter(UpsertLayout rows, UpsertWriterOptions options)
      throws TunnelException {
    requireAllowed(rows);
    advise(options);
    return newWriter(rows, options, true);
  }

  /** As {@link #openWriter}, without any check; see {@link PackSender} for the background. */
  UpsertWriter newWriter(UpsertLayout rows, UpsertWriterOptions options, boolean background) {
    UpsertWriter writer = new UpsertWriter(this, rows, options, background);
    writers.add(writer);
    return writer;
  }

  /** Warns of a buffer that is too small for the number of buckets. */
  void advise(UpsertWriterOptions options) {
    if (options.bufferSize() / buckets() < ADVISED_BUCKET_BYTES) {
      LOG.warn(
          "The buffer of {} bytes gives each of the {} buckets of {} less than 128 KiB, so that"
              + " many small requests are sent; raise upsert.writer.buffer-size by a factor of {}",
          options.bufferSize(),
          buckets(),
          this,
          1 + buckets() * ADVISED_BUCKET_BYTES / options.bufferSize());
    }
  }

  /** Checks that rows of this layout may be written. */
  void requireAllowed(UpsertLayout rows) throws TunnelException {
    if (rows.isPartial() && !partialUpdates) {
      throw TunnelException.of(
          "PartialUpdateNotAllowed",
          handle.table()
              + " does not allow partial updates: write all columns, or set the table property"
              + " acid.partial.fields.update.enable to true");
    }
  }

  void closed(UpsertWriter writer) {
    writers.remove(writer);
  }

  /**
   * Asks for state and servers.
   *
   * @throws TunnelException with code {@code UpsertSessionNotFound} if the service does not know
   *     the session
   */
  public void reload() throws TunnelException {
    accept(service.reload(handle, Repeat.SAFE));
  }

  /** As {@link #reload()}, with one request only. */
  void reloadOnce() throws TunnelException {
    accept(service.reload(handle, Repeat.NEVER));
  }

  /** Takes over what an answer says about the session. */
  UpsertStatus accept(ApiAnswer answer) throws TunnelException {
    UpsertStatus newStatus = Upserts.statusIn(answer);
    UpsertSlots newSlots = UpsertSlots.read(answer);
    if (newSlots.buckets() != buckets()) {
      throw TunnelException.of(
          "BucketsChanged",
          "The number of buckets of "
              + this
              + " has changed from "
              + buckets()
              + " to "
              + newSlots.buckets()
              + "; write the rows again in a new session",
          answer.requestId(),
          null);
    }
    synchronized (this) {
      slots = newSlots;
    }
    lastSeen = service.policy().clock().instant();
    status = newStatus;
    return newStatus;
  }

  private synchronized UpsertSlots slots() {
    return slots;
  }

  /** The server that commits and aborts: that of bucket 0. */
  String firstServer() {
    return slots().servers().get(0);
  }

  /** Prepares one request with the rows of one bucket. */
  UploadCall write(int bucket, UpsertPack pack) {
    return service.write(handle, bucket, slots(), pack);
  }

  /** Finds the server again after a failure that says, or may mean, that a slot has moved. */
  void reroute(int bucket, TunnelException failure) throws TunnelException {
    String server = failure.routedServer();
    if (failure.status() == 308 && server != null) {
      synchronized (this) {
        slots = slots.moved(bucket, server);
      }
    } else if (failure.status() == 308 || failure.status() == 502 || failure.status() == 504) {
      reload();
    }
  }

  /**
   * As the other method, with at most 10 minutes for the commit ({@code upsert.commit.timeout}).
   */
  public void commit() throws TunnelException {
    commit(Duration.ofMinutes(10));
  }

  /**
   * Makes everything that was flushed visible at once. If an answer gets lost the state of the
   * session decides. A commit that fails with something else than the end of the session may be
   * called again, and no row needs to be written again. A session that is committed already stays
   * so, and the call succeeds.
   *
   * @param timeout how long the service may take once it has begun
   * @throws IllegalStateException if a writer of this session has rows that are not flushed
   */
  public void commit(Duration timeout) throws TunnelException {
    for (UpsertWriter writer : writers) {
      if (writer.hasUnsentRows()) {
        throw new IllegalStateException(
            "A writer of " + this + " has rows that are not sent: flush or close it first");
      }
    }
    new UpsertCommit(service, this, timeout).run();
    status = UpsertStatus.COMMITTED;
    service.keepAlive().remove(this);
  }

  boolean maybeCommitted() {
    return maybeCommitted;
  }

  void commitSent() {
    maybeCommitted = true;
  }

  /**
   * Gives up everything that was written; nothing of it becomes visible. A session that has ended
   * by itself is gone already, and the call succeeds.
   *
   * @throws TunnelException with code {@code StatusConflict} if the session is or may be committed
   */
  public void abort() throws TunnelException {
    if (maybeCommitted) {
      throw TunnelException.of(
          "StatusConflict", this + " cannot be aborted: it is committed, or may be");
    }
    try {
      service.abort(handle, firstServer());
    } catch (TunnelException e) {
      if (!e.code().equals("UpsertSessionNotFound")) {
        throw e;
      }
    }
    status = UpsertStatus.ABORTED;
    close();
  }

  /**
   * Closes the writers and ends the keep-alive. Rows that were not sent are dropped. A session that
   * is neither committed nor aborted is left to expire, because other processes may write into it.
   * May be called again.
   */
  @Override
  public void close() {
    service.keepAlive().remove(this);
    for (UpsertWriter writer : writers) {
      try {
        writer.close();
      } catch (IOException e) {
        LOG.warn("A writer of {} cannot be closed", this, e);
      }
    }
  }

  /** The session for messages. */
  @Override
  public String toString() {
    return Upserts.describe(handle);
  }
}
