package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.Snapshots.Snapshot;
import io.tunnel.server.store.BatchFile;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Download sessions (specification: regular tunnel, section 3; control plane, section 5).
 *
 * <p>A session of a table reads from a {@link Snapshots snapshot}: the rows are copied into a file
 * when the session begins, so that their numbers stay what they are whatever happens to the table.
 * Sessions on an unchanged table share one file. Thread safe.
 */
public final class DownloadService implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadService.class);
  private static final long CLOSE_SECONDS = 30;
  private static final String EXPIRED = "expired";

  private final Catalog catalog;

  /** Sessions whose life is over: without rows and without a document, only their state is told. */
  private final FinishedSessions finished;

  private final Snapshots snapshots;
  private final ServerLimits limits;
  private final InstantSource clock;
  private final SessionIds ids;
  private final DownloadStore store;
  private final Map<String, DownloadSession> sessions = new ConcurrentHashMap<>();

  /** Sessions on results, the oldest first; there are never many more than kept results. */
  private final Map<String, DownloadSession> resultSessions = new LinkedHashMap<>();

  private final CleaningGate cleaning;
  private final ExecutorService asynchronous =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "tunnel-server-snapshot");
            thread.setDaemon(true);
            return thread;
          });

  /** A service without sessions. */
  public DownloadService(
      Catalog catalog,
      FinishedSessions finished,
      Snapshots snapshots,
      DownloadStore store,
      ServerLimits limits,
      InstantSource clock,
      SessionIds ids) {
    this.catalog = catalog;
    this.finished = finished;
    this.snapshots = snapshots;
    this.store = store;
    this.limits = limits;
    this.clock = clock;
    this.cleaning = new CleaningGate(clock);
    this.ids = ids;
  }

  /** Reads the sessions of the last run and removes the files of forgotten ones. */
  public void restore() throws IOException, SQLException {
    for (DownloadSession session : store.restore(snapshots)) {
      if (session.isForgotten()) {
        end(session);
      } else {
        sessions.put(session.id(), session);
      }
    }
    snapshots.deleteUnused();
    dropExpired();
  }

  /** Begins a session on a table or a partition. */
  public DownloadSession create(
      TableEntry table,
      @Nullable PartitionSpec partition,
      String owner,
      String quota,
      boolean async)
      throws IOException {
    dropExpired();
    PartitionSpec aligned = Partitions.align(table, partition);
    CompletableFuture<Snapshot> rows = new CompletableFuture<>();
    DownloadSession session =
        new DownloadSession(
            ids.session(),
            resource(table.project(), table.schemaName(), table.name()),
            table.id(),
            table.schema(),
            aligned,
            owner,
            quota,
            clock.instant(),
            rows,
            Long.MAX_VALUE);
    Optional<Snapshot> known = async ? snapshots.takeKnown(table, aligned) : Optional.empty();
    if (known.isPresent()) {
      ready(session, known.get());
    } else if (async) {
      asynchronous.execute(
          () -> {
            try {
              ready(session, snapshots.take(table, aligned));
            } catch (IOException | RuntimeException e) {
              rows.completeExceptionally(e);
            }
          });
    } else {
      ready(session, snapshots.take(table, aligned));
    }
    sessions.put(session.id(), session);
    return session;
  }

  private void ready(DownloadSession session, Snapshot snapshot) throws IOException {
    store.keep(session, snapshot);
    session.rows().complete(snapshot);
  }

  /** Begins a session on the result of a statement. */
  public DownloadSession createForInstance(
      String project, String instanceId, BatchFile result, String owner, String quota, long limit) {
    DownloadSession session =
        new DownloadSession(
            ids.session(),
            instanceResource(project, instanceId),
            null,
            new TableSchema(result.columns(), List.of()),
            null,
            owner,
            quota,
            clock.instant(),
            CompletableFuture.completedFuture(Snapshot.of(result, 0)),
            limit);
    synchronized (resultSessions) {
      resultSessions.put(session.id(), session);
      if (resultSessions.size() > 2 * limits.keptInstances()) {
        Iterator<String> oldest = resultSessions.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    return session;
  }

  /**
   * The resource of a table. Project and schema are names that the catalog knows, without dots, so
   * no two tables have one resource.
   */
  public static String resource(String project, String schema, String table) {
    return schema.equals(TableEntry.DEFAULT_SCHEMA)
        ? "tables/" + project + "." + table
        : "schemas/" + project + "." + schema + "." + table;
  }

  /** The resource of an instance. */
  public static String instanceResource(String project, String instanceId) {
    return "instances/" + project + "." + instanceId;
  }

  /**
   * Finds a session.
   *
   * @param resource what the request names
   * @param partition the partition that the request names, or null
   */
  public DownloadSession find(String id, String resource, @Nullable PartitionSpec partition)
      throws IOException {
    DownloadSession session = sessions.get(id);
    if (session == null) {
      synchronized (resultSessions) {
        session = resultSessions.get(id);
      }
    }
    if (session == null) {
      session = findFinished(id);
    }
    if (session == null) {
      throw ServiceError.NO_SUCH_DOWNLOAD.exception(
          "The download session " + id + " does not exist");
    }
    if (!session.resource().equalsIgnoreCase(resource) || !samePartition(session, partition)) {
      throw ServiceError.INVALID_RESOURCE_SPEC.exception(
          "The download session " + id + " belongs to " + session.resource());
    }
    requireRows(session);
    return session;
  }

  private @Nullable DownloadSession findFinished(String id) throws IOException {
    if (!SessionIds.isSession(id)) {
      return null;
    }
    try {
      FinishedSessions.Finished end = finished.find(id).orElse(null);
      String document = end == null ? null : end.document();
      DownloadSession session = document == null ? null : DownloadStore.readDescription(document);
      return session == null || session.created().isBefore(oldest()) ? null : session;
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The download session " + id + " cannot be looked up: " + UploadService.firstLine(e), e);
    }
  }

  /** Sessions that began earlier are unknown. */
  private Instant oldest() {
    return clock.instant().minus(limits.sessionLife().multipliedBy(2));
  }

  private static void requireRows(DownloadSession session) throws IOException {
    try {
      Snapshot snapshot = session.rows().getNow(null);
      IOException failure = snapshot == null ? null : snapshot.file().failure();
      if (failure != null) {
        throw failure;
      }
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : ServiceError.DATA_STORE_ERROR.exception("The rows cannot be read", e);
    }
  }

  private static boolean samePartition(DownloadSession session, @Nullable PartitionSpec partition) {
    PartitionSpec own = session.partition();
    if (partition == null || own == null) {
      return partition == null && own == null;
    }
    return Partitions.same(session.schema(), partition, own);
  }

  /** How many sessions can be read from. */
  public int openSessions() {
    long onResults;
    synchronized (resultSessions) {
      onResults = resultSessions.values().stream().filter(s -> !isExpired(s)).count();
    }
    return (int) (onResults + sessions.values().stream().filter(s -> !isExpired(s)).count());
  }

  /** Whether the session is older than its life time, or its rows were given up before. */
  public boolean isExpired(DownloadSession session) {
    return isOld(session) || session.isForgotten();
  }

  private boolean isOld(DownloadSession session) {
    return session.created().plus(limits.sessionLife()).isBefore(clock.instant());
  }

  /**
   * The rows of a session, which the caller closes.
   *
   * @throws ServiceException if the session is too old, not ready, or its rows were given up
   */
  public BatchFile.Hold hold(DownloadSession session) throws ServiceException {
    if (isOld(session) || !session.isReady()) {
      throw ServiceError.STATUS_CONFLICT.exception(
          "The download session "
              + session.id()
              + " is "
              + (session.isReady() ? EXPIRED : "initiating"));
    }
    try {
      return session.rows().join().file().hold();
    } catch (ServiceException e) {
      throw ServiceError.STATUS_CONFLICT.exception(
          "The download session "
              + session.id()
              + " is expired: its rows were given up to make room for newer ones, because all"
              + " sessions may take "
              + snapshots.maxBytes()
              + " bytes together; begin a new session",
          e);
    }
  }

  /**
   * Refuses rows that the table has no longer. Rows that were only added to it are no reason.
   *
   * @param table the table under the name of the session, if there is one
   */
  public void requireUnchanged(DownloadSession session, Optional<TableEntry> table)
      throws ServiceException {
    if (session.tableId() == null || !session.isReady()) {
      return;
    }
    PartitionSpec partition = session.partition();
    boolean changed =
        table.isEmpty()
            || !table.get().id().equals(session.tableId())
            || (partition != null && catalog.partition(table.get(), partition).isEmpty())
            || catalog.isReplacedSince(table.get(), partition, session.rows().join().version());
    if (changed) {
      throw ServiceError.TABLE_MODIFIED.exception(
          "The specified table has been modified since the download session "
              + session.id()
              + " was made: rows of "
              + session.resource()
              + " were replaced or taken away; begin a new session, or read what the session saw"
              + " with disable_modified_check=true");
    }
  }

  private void dropExpired() throws IOException {
    if (!cleaning.isDue()) {
      return;
    }
    try {
      for (DownloadSession session : sessions.values()) {
        if (isOld(session) && session.rows().isDone()) {
          end(session);
        }
      }
      finished.forget(oldest());
    } catch (SQLException e) {
      // Whoever begins a session is not to blame: the next minute tries again.
      LOG.warn("Expired download sessions could not be cleaned away", e);
    }
  }

  private void end(DownloadSession session) throws IOException, SQLException {
    if (session.isReady()) {
      finished.add(session.id(), EXPIRED, "[]", DownloadStore.describe(session), clock.instant());
      store.delete(session);
      snapshots.release(session.rows().join().file());
    }
    sessions.remove(session.id());
  }

  /** Ends the copying of rows, for which requests may wait. */
  public void interrupt() {
    snapshots.interrupt();
  }

  @Override
  public void close() {
    asynchronous.shutdown();
    snapshots.close();
    try {
      // Snapshots that are being written use memory and database, which are closed next.
      asynchronous.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
