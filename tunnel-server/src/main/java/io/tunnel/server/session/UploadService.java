package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.UploadSession.Block;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
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
 * Upload sessions (specification: regular tunnel, section 2). A block counts when its body has
 * ended correctly, every value in it has been checked, and its file is on the disk; of two writers
 * of one block the last to finish wins. Thread safe.
 */
public final class UploadService {
  private static final Logger LOG = LoggerFactory.getLogger(UploadService.class);
  private final Catalog catalog;
  private final UploadStore store;
  private final UploadCommit commit;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final ServerLimits limits;
  private final InstantSource clock;
  private final SessionIds ids;
  private final FinishedSessions finished;
  private final boolean discardBodies;

  /** The sessions that have not ended. */
  private final Map<String, UploadSession> sessions = new ConcurrentHashMap<>();

  private final AtomicLong blockNumbers = new AtomicLong();
  private final CleaningGate cleaning;

  /** A service without sessions; {@link #restore} reads those of the last run. */
  public UploadService(
      Catalog catalog,
      FinishedSessions finished,
      UploadCommit commit,
      DataFolder folder,
      BufferAllocator allocator,
      ServerLimits limits,
      InstantSource clock,
      SessionIds ids,
      boolean discardBodies) {
    this.catalog = catalog;
    this.finished = finished;
    this.commit = commit;
    this.folder = folder;
    this.store = new UploadStore(folder);
    this.allocator = allocator;
    this.limits = limits;
    this.clock = clock;
    this.cleaning = new CleaningGate(clock);
    this.ids = ids;
    this.discardBodies = discardBodies;
  }

  /** Reads the sessions of the last run and removes what it left over. */
  public void restore() throws IOException, SQLException {
    for (UploadStore.Restored restored : store.restore(finished)) {
      UploadSession session = restored.session();
      sessions.put(session.id(), session);
      blockNumbers.accumulateAndGet(restored.highestNumber(), Math::max);
    }
    clean();
  }

  /**
   * Begins a session.
   *
   * @param partition the partition as the client wrote it; null for a table without partitions
   */
  public UploadSession create(
      TableEntry table,
      @Nullable PartitionSpec partition,
      boolean overwrite,
      boolean createPartition,
      String owner,
      String quota)
      throws IOException {
    clean();
    PartitionSpec aligned = Partitions.align(table, partition);
    if (aligned != null && catalog.partition(table, aligned).isEmpty() && !createPartition) {
      throw Partitions.missing(table, aligned);
    }
    String id = ids.session();
    UploadSession session =
        new UploadSession(
            new UploadSession.Identity(
                id,
                table.project(),
                table.schemaName(),
                table.name(),
                table.id(),
                table.schema(),
                aligned,
                overwrite,
                createPartition,
                owner,
                quota,
                clock.instant()),
            store.folderOf(id),
            UploadStatus.NORMAL);
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
  public UploadSession find(
      String id, String project, String schema, String table, @Nullable PartitionSpec partition)
      throws ServiceException {
    UploadSession session = sessions.get(id);
    if (session == null) {
      session = findFinished(id);
    }
    if (session == null) {
      throw ServiceError.NO_SUCH_UPLOAD.exception("The upload session " + id + " does not exist");
    }
    UploadSession.Identity identity = session.identity();
    boolean same =
        identity.project().equalsIgnoreCase(project)
            && identity.schemaName().equalsIgnoreCase(schema)
            && identity.table().equalsIgnoreCase(table)
            && Partitions.same(identity.schema(), partition, identity.partition());
    if (!same) {
      throw ServiceError.INVALID_RESOURCE_SPEC.exception(
          "The upload session " + id + " belongs to " + identity.target());
    }
    return session;
  }

  private @Nullable UploadSession findFinished(String id) throws ServiceException {
    if (!SessionIds.isSession(id)) {
      return null;
    }
    try {
      FinishedSessions.Finished end = finished.find(id).orElse(null);
      if (end == null || end.document() == null) {
        return null;
      }
      UploadSession.Identity identity = SessionDocument.read(id, end.document());
      boolean isUpload = !identity.table().isEmpty();
      if (!isUpload || identity.created().isBefore(oldest())) {
        return null;
      }
      UploadSession session =
          new UploadSession(identity, store.folderOf(id), UploadStatus.of(end.state()));
      session.restore(BlockList.read(end.blocks()));
      return session;
    } catch (SQLException | IOException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The upload session " + id + " cannot be looked up: " + firstLine(e), e);
    }
  }

  static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** How many sessions can take blocks. */
  public int openSessions() {
    return (int) sessions.values().stream().filter(s -> status(s) == UploadStatus.NORMAL).count();
  }

  private boolean isExpired(UploadSession session) {
    return session.created().plus(limits.sessionLife()).isBefore(clock.instant());
  }

  /**
   * The state of a session, its age and its table considered. A session whose table was dropped can
   * never be committed, so it counts as given up.
   */
  public UploadStatus status(UploadSession session) {
    UploadStatus own = session.status();
    if (own != UploadStatus.NORMAL) {
      return own;
    }
    if (isExpired(session)) {
      return UploadStatus.EXPIRED;
    }
    try {
      commit.requireTable(session.identity());
      return UploadStatus.NORMAL;
    } catch (ServiceException e) {
      return UploadStatus.CANCELED;
    }
  }

  private void requireOpen(UploadSession session) throws ServiceException {
    UploadStatus status = status(session);
    switch (status) {
      case NORMAL -> {}
      case CANCELED -> commit.requireTable(session.identity());
      case CRITICAL ->
          throw ServiceError.NO_SUCH_DATA.exception(
              "A block of the upload session "
                  + session.id()
                  + " was damaged on the disk of the server; begin a new session");
      default ->
          throw ServiceError.STATUS_CONFLICT.exception(
              "The upload session " + session.id() + " is " + status.word());
    }
  }

  /**
   * Takes the body of a block. When this returns, the block counts and survives a crash; when it
   * throws, nothing has changed.
   *
   * @param version the version that the client gave, or 0; a block is not replaced by one with a
   *     smaller version
   * @return the time spent with the file, in nanoseconds
   */
  public long writeBlock(
      UploadSession session,
      int blockId,
      long version,
      boolean arrow,
      ContentCoding coding,
      InputStream in)
      throws IOException {
    if (blockId < 0 || blockId >= limits.blocks()) {
      throw ServiceError.INVALID_BLOCK_ID.exception(
          "The block id " + blockId + " must lie between 0 and " + (limits.blocks() - 1));
    }
    requireOpen(session);
    BlockBody body = new BlockBody(session.schema().columns(), arrow, coding, in);
    Block old;
    Path path = null;
    long nanos;
    try (BatchFileWriter file =
        discardBodies
            ? null
            : new BatchFileWriter(folder, body.columns(), body.form(), folder.isDurable())) {
      long rows = body.read(limits, allocator, file);
      if (file != null) {
        file.seal();
      }
      synchronized (session) {
        // Under the monitor: a commit takes the blocks either with this one or without it.
        requireOpen(session);
        requireNewer(session, blockId, version);
        if (file != null) {
          path = store.blockFile(session, blockId, blockNumbers.incrementAndGet(), version);
          file.publish(path);
        }
        old = session.put(new Block(blockId, rows, clock.instant(), version, path));
      }
      nanos = file == null ? 0 : file.nanos();
    }
    if (path != null) {
      // Whoever is answered may rely on the new name, and only then may the old file go.
      syncName(session, path);
    }
    Path oldFile = old == null ? null : old.file();
    if (oldFile != null) {
      Files.deleteIfExists(oldFile);
    }
    return nanos;
  }

  private void syncName(UploadSession session, Path path) throws IOException {
    try {
      folder.syncName(path);
    } catch (NoSuchFileException e) {
      if (session.status() != UploadStatus.CLOSED) {
        throw e;
      }
      // A commit has taken the block and deleted the folder meanwhile: its rows are safe.
    }
  }

  private static void requireNewer(UploadSession session, int blockId, long version)
      throws ServiceException {
    Block old = session.block(blockId);
    if (old != null && old.version() > version) {
      throw ServiceError.STATUS_CONFLICT.exception(
          "Block "
              + blockId
              + " has version "
              + old.version()
              + " and cannot be replaced by version "
              + version);
    }
  }

  /**
   * Commits all blocks at once. A session that has been committed already is left as it is, so a
   * client whose answer was lost may ask again; while the first commit runs, the second waits for
   * its end and ends in the same way.
   */
  public void commit(UploadSession session) throws IOException {
    boolean first = false;
    RunningCommit running;
    List<Block> blocks;
    synchronized (session) {
      if (session.status() == UploadStatus.CLOSED) {
        return;
      }
      running = session.runningCommit();
      if (running == null) {
        requireOpen(session);
        running = session.beginCommit();
        first = true;
      }
      blocks = session.blocks();
    }
    if (!first) {
      running.await();
      return;
    }
    try {
      run(session, blocks);
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

  private void run(UploadSession session, List<Block> blocks) throws IOException {
    try {
      commit.run(session, blocks);
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The upload session " + session.id() + " could not be committed: " + firstLine(e), e);
    }
  }

  private void remove(UploadSession session) {
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

  /** Ends the sessions that nobody can commit any more, and forgets those that ended long ago. */
  private void clean() {
    if (!cleaning.isDue()) {
      return;
    }
    try {
      for (UploadSession session : sessions.values()) {
        UploadStatus status = status(session);
        boolean isLost =
            switch (status) {
              case EXPIRED -> true;
              case CRITICAL -> isExpired(session);
              case CANCELED ->
                  isExpired(session) || !catalog.contains(session.identity().tableId());
              default -> false;
            };
        if (isLost && session.end(status)) {
          finished.add(
              session.id(),
              status.word(),
              BlockList.write(session.blocks()),
              SessionDocument.write(session.identity()),
              clock.instant());
          remove(session);
        }
      }
      finished.forget(oldest());
    } catch (SQLException e) {
      // Nothing is lost, and whoever begins a session is not to blame: the next minute tries again.
      LOG.warn("Ended upload sessions could not be cleaned away", e);
    }
  }
}
