package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.UpsertSession.Pack;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upsert sessions (specification: upsert, section 2). A pack counts when its body has ended
 * correctly, every value in it has been checked, and its file is on the disk. Packs are applied in
 * the order in which their requests came, so one that is sent again, even while the first attempt
 * is still on its way, changes nothing. Which bucket a row was put into does not matter. Thread
 * safe.
 */
public final class UpsertService {
  private static final Logger LOG = LoggerFactory.getLogger(UpsertService.class);

  private final Catalog catalog;
  private final UpsertStore store;
  private final UpsertCommit commit;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final ServerLimits limits;
  private final InstantSource clock;
  private final SessionIds ids;
  private final FinishedSessions finished;

  /** The sessions that have not ended. */
  private final Map<String, UpsertSession> sessions = new ConcurrentHashMap<>();

  private final AtomicLong packNumbers = new AtomicLong();
  private final CleaningGate cleaning;

  /** A service without sessions; {@link #restore} reads those of the last run. */
  public UpsertService(
      Catalog catalog,
      FinishedSessions finished,
      UpsertCommit commit,
      DataFolder folder,
      BufferAllocator allocator,
      ServerLimits limits,
      InstantSource clock,
      SessionIds ids) {
    this.catalog = catalog;
    this.finished = finished;
    this.commit = commit;
    this.folder = folder;
    this.store = new UpsertStore(folder);
    this.allocator = allocator;
    this.limits = limits;
    this.clock = clock;
    this.cleaning = new CleaningGate(clock);
    this.ids = ids;
  }

  /** Reads the sessions of the last run and removes what it left over. */
  public void restore() throws IOException, SQLException {
    for (UpsertSession session : store.restore(finished)) {
      sessions.put(session.id(), session);
      for (Pack pack : session.packs()) {
        packNumbers.accumulateAndGet(pack.number(), Math::max);
      }
    }
    clean();
  }

  /**
   * Begins a session.
   *
   * @param partition the partition as the client wrote it; null for a table without partitions
   * @param slots over how many slots the client wants the buckets to be spread
   * @param life how long the client wants the session to live; null for as long as possible
   */
  public UpsertSession create(
      TableEntry table,
      @Nullable PartitionSpec partition,
      int slots,
      @Nullable Duration life,
      String owner,
      String quota)
      throws IOException {
    clean();
    PartitionSpec aligned = Partitions.align(table, partition);
    if (table.primaryKey().isEmpty()) {
      throw ServiceError.INVALID_ARGUMENT.exception(
          "The table "
              + table.qualifiedName()
              + " has no primary key, so that rows can only be added: write them with INSERT or in"
              + " an upload session, or create the table with PRIMARY KEY and TBLPROPERTIES"
              + " (\"transactional\"=\"true\")");
    }
    if (aligned != null && catalog.partition(table, aligned).isEmpty()) {
      throw Partitions.missing(table, aligned);
    }
    int buckets = table.writeBuckets();
    String id = ids.upsert();
    UpsertSession session =
        new UpsertSession(
            new UpsertSession.Identity(
                id,
                table.project(),
                table.schemaName(),
                table.name(),
                table.id(),
                table.schema(),
                table.primaryKey(),
                aligned,
                buckets,
                Math.min(slots, buckets),
                table.allowsPartialUpdate(),
                owner,
                quota,
                clock.instant(),
                life == null || life.compareTo(limits.sessionLife()) > 0
                    ? limits.sessionLife()
                    : life),
            store.folderOf(id),
            UpsertStatus.NORMAL);
    store.create(session);
    sessions.put(id, session);
    return session;
  }

  /**
   * Finds a session.
   *
   * @param project the project that the request names
   * @param schema the schema that the request names, or the default one
   * @param table the table that the request names
   * @param partition the partition that the request names, or null
   */
  public UpsertSession find(
      String id, String project, String schema, String table, @Nullable PartitionSpec partition)
      throws ServiceException {
    UpsertSession session = sessions.get(id);
    if (session == null) {
      session = findFinished(id);
    }
    if (session == null) {
      throw ServiceError.UPSERT_SESSION_NOT_FOUND.exception(
          "The upsert session " + id + " does not exist");
    }
    UpsertSession.Identity identity = session.identity();
    boolean same =
        identity.project().equalsIgnoreCase(project)
            && identity.schemaName().equalsIgnoreCase(schema)
            && identity.table().equalsIgnoreCase(table)
            && Partitions.same(identity.schema(), partition, identity.partition());
    if (!same) {
      throw ServiceError.INVALID_RESOURCE_SPEC.exception(
          "The upsert session " + id + " belongs to " + identity.target());
    }
    return session;
  }

  private @Nullable UpsertSession findFinished(String id) throws ServiceException {
    if (!SessionIds.isUpsert(id)) {
      return null;
    }
    try {
      FinishedSessions.Finished end = finished.find(id).orElse(null);
      if (end == null || end.document() == null) {
        return null;
      }
      UpsertSession.Identity identity = UpsertDocument.read(id, end.document());
      return identity.created().isBefore(oldest())
          ? null
          : new UpsertSession(identity, store.folderOf(id), UpsertStatus.of(end.state()));
    } catch (SQLException | IOException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The upsert session " + id + " cannot be looked up: " + UploadService.firstLine(e), e);
    }
  }

  /** How many sessions can take packs. */
  public int openSessions() {
    return (int) sessions.values().stream().filter(s -> status(s) == UpsertStatus.NORMAL).count();
  }

  private boolean isExpired(UpsertSession session) {
    UpsertSession.Identity identity = session.identity();
    return identity.created().plus(identity.life()).isBefore(clock.instant());
  }

  /**
   * The state of a session, its age and its table considered. A session whose table has changed can
   * never be committed.
   */
  public UpsertStatus status(UpsertSession session) {
    UpsertStatus own = session.status();
    if (own != UpsertStatus.NORMAL) {
      return own;
    }
    if (isExpired(session)) {
      return UpsertStatus.EXPIRED;
    }
    try {
      commit.requireTable(session.identity());
      return UpsertStatus.NORMAL;
    } catch (ServiceException e) {
      return UpsertStatus.CRITICAL;
    }
  }

  private void requireOpen(UpsertSession session) throws ServiceException {
    UpsertStatus status = status(session);
    if (status == UpsertStatus.NORMAL) {
      return;
    }
    if (status == UpsertStatus.CRITICAL) {
      commit.requireTable(session.identity());
      throw ServiceError.NO_SUCH_DATA.exception(
          "A pack of the upsert session "
              + session.id()
              + " was damaged on the disk of the server; write all rows again in a new session");
    }
    throw ServiceError.UPSERT_SESSION_NOT_FOUND.exception(
        "The upsert session "
            + session.id()
            + " is "
            + status.word()
            + " and takes no rows; begin a new session");
  }

  /**
   * Takes the body of a pack. When this returns, its rows belong to the session and survive a
   * crash; when it throws, nothing has changed.
   *
   * @param bucket the bucket that the client names; its rows may be of any
   * @param records how many rows the client says there are; null if it does not
   * @return the time spent with the file, in nanoseconds
   */
  public long write(
      UpsertSession session,
      int bucket,
      @Nullable Long records,
      ContentCoding coding,
      InputStream in)
      throws IOException {
    if (bucket >= session.buckets()) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "The session has the buckets 0 to " + (session.buckets() - 1) + ", not " + bucket);
    }
    requireOpen(session);
    long number = packNumbers.incrementAndGet();
    PackBody body = new PackBody(session, number, coding, in);
    Path path = store.packFile(session, number);
    try (BatchFileWriter file =
        new BatchFileWriter(folder, body.columns(), body.form(), folder.isDurable())) {
      long rows = body.read(limits, allocator, file);
      if (records != null && records != rows) {
        throw MalformedBodyException.malformed(
            "The parameter record_count is " + records + ", but the body has " + rows + " rows");
      }
      if (rows == 0) {
        return file.nanos();
      }
      file.seal();
      synchronized (session) {
        // Under the monitor: a commit takes the packs either with this one or without it.
        requireOpen(session);
        file.publish(path);
        session.put(new Pack(number, path));
      }
      syncName(session, path);
      return file.nanos();
    }
  }

  private void syncName(UpsertSession session, Path path) throws IOException {
    try {
      folder.syncName(path);
    } catch (NoSuchFileException e) {
      if (session.status() != UpsertStatus.COMMITTED) {
        throw e;
      }
      // A commit has taken the pack and deleted the folder meanwhile: its rows are safe.
    }
  }

  /**
   * Commits all packs at once. A session that has been committed already is left as it is, so a
   * client whose answer was lost may ask again; while the first commit runs, the second waits for
   * its end and ends in the same way. A session that has ended otherwise stays as it is too: its
   * {@link #status} tells.
   */
  public void commit(UpsertSession session) throws IOException {
    boolean first = false;
    RunningCommit running;
    List<Pack> packs;
    synchronized (session) {
      running = session.runningCommit();
      if (running == null) {
        UpsertStatus status = status(session);
        if (status != UpsertStatus.NORMAL && status != UpsertStatus.CRITICAL) {
          return;
        }
        requireOpen(session);
        running = session.beginCommit();
        first = true;
      }
      packs = session.packs();
    }
    if (!first) {
      running.await();
      return;
    }
    try {
      run(session, packs);
      session.endCommit(true);
      running.succeeded();
    } catch (IOException | RuntimeException | Error e) {
      session.endCommit(false);
      running.failed(e);
      throw e;
    }
    // Its row answers from now on.
    remove(session);
  }

  private void run(UpsertSession session, List<Pack> packs) throws IOException {
    try {
      commit.run(session, packs);
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The upsert session "
              + session.id()
              + " could not be committed: "
              + UploadService.firstLine(e),
          e);
    }
  }

  /**
   * Gives a session up; one that has ended without a commit stays as it is.
   *
   * @throws ServiceException if its commit runs or has been done
   */
  public void abort(UpsertSession session) throws IOException {
    if (!session.end(UpsertStatus.ABORTED)) {
      throw ServiceError.STATUS_CONFLICT.exception(
          "The upsert session "
              + session.id()
              + " is "
              + session.status().word()
              + " and cannot be aborted any more");
    }
    try {
      record(session, UpsertStatus.ABORTED);
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The end of the upsert session "
              + session.id()
              + " could not be stored: "
              + UploadService.firstLine(e),
          e);
    }
  }

  private void record(UpsertSession session, UpsertStatus end) throws SQLException {
    finished.add(
        session.id(), end.word(), "[]", UpsertDocument.write(session.identity()), clock.instant());
    remove(session);
  }

  private void remove(UpsertSession session) {
    sessions.remove(session.id());
    try {
      store.delete(session);
    } catch (IOException e) {
      // What clients may ask for is in the database; the next start deletes the files.
      LOG.warn("Files of the ended session {} could not be deleted", session.id(), e);
    }
  }

  /** Sessions that began earlier are unknown. */
  private Instant oldest() {
    return clock.instant().minus(limits.sessionLife().multipliedBy(2));
  }

  /** Ends the sessions that nobody can commit any more. */
  private void clean() {
    if (!cleaning.isDue()) {
      return;
    }
    try {
      for (UpsertSession session : sessions.values()) {
        UpsertStatus status = status(session);
        boolean isLost =
            isExpired(session)
                || (status == UpsertStatus.CRITICAL
                    && !catalog.contains(session.identity().tableId()));
        if (isLost && session.end(status)) {
          record(session, status);
        }
      }
      finished.forget(oldest());
    } catch (SQLException e) {
      // Nothing is lost, and whoever begins a session is not to blame: the next minute tries again.
      LOG.warn("Ended upsert sessions could not be cleaned away", e);
    }
  }
}
