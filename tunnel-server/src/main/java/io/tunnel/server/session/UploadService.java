package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.pack.RecordReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.UploadSession.Block;
import io.tunnel.server.store.BatchCheck;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.DataFolder;
import io.tunnel.server.store.RowExport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int MAX_BLOCK_ID = 19_999;
  private static final int RECORD_BATCH_ROWS = 8192;
  private final Catalog catalog;
  private final UploadStore store;
  private final UploadCommit commit;
  private final DataFolder folder;
  private final BufferAllocator allocator;
  private final ServerLimits limits;
  private final InstantSource clock;
  private final SessionIds ids;
  private final boolean discardBodies;
  private final Map<String, UploadSession> sessions = new ConcurrentHashMap<>();
  private final AtomicLong blockNumbers = new AtomicLong();
  private final CleaningGate cleaning;

  /** A service without sessions; {@link #restore} reads those of the last run. */
  public UploadService(
      Catalog catalog,
      UploadCommit commit,
      DataFolder folder,
      BufferAllocator allocator,
      ServerLimits limits,
      InstantSource clock,
      SessionIds ids,
      boolean discardBodies) {
    this.catalog = catalog;
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
  public void restore(Set<String> committed) throws IOException {
    for (UploadStore.Restored restored : store.restore(committed)) {
      UploadSession session = restored.session();
      sessions.put(session.id(), session);
      blockNumbers.accumulateAndGet(restored.highestNumber(), Math::max);
    }
    dropExpired();
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
      String owner)
      throws IOException {
    dropExpired();
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
                table.name(),
                table.id(),
                table.schema(),
                aligned,
                overwrite,
                createPartition,
                owner,
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
   * @param table the table that the request names
   * @param partition the partition that the request names, or null
   */
  public UploadSession find(
      String id, String project, String table, @Nullable PartitionSpec partition)
      throws ServiceException {
    UploadSession session = sessions.get(id);
    if (session == null) {
      throw ServiceError.NO_SUCH_UPLOAD.exception("The upload session " + id + " does not exist");
    }
    UploadSession.Identity identity = session.identity();
    boolean same =
        identity.project().equalsIgnoreCase(project)
            && identity.table().equalsIgnoreCase(table)
            && samePartition(identity, partition);
    if (!same) {
      throw ServiceError.INVALID_RESOURCE_SPEC.exception(
          "The upload session "
              + id
              + " belongs to "
              + identity.project()
              + "."
              + identity.table()
              + (identity.partition() == null ? "" : " partition " + identity.partition()));
    }
    if (isExpired(session) && session.status() == UploadStatus.NORMAL) {
      session.setStatus(UploadStatus.EXPIRED);
    }
    return session;
  }

  private static boolean samePartition(
      UploadSession.Identity identity, @Nullable PartitionSpec partition) {
    if (partition == null || !identity.schema().isPartitioned()) {
      return partition == null && identity.partition() == null;
    }
    return Partitions.same(identity.schema(), partition, identity.partition());
  }

  private boolean isExpired(UploadSession session) {
    return session.created().plus(limits.sessionLife()).isBefore(clock.instant());
  }

  /**
   * Takes the body of a block. When this returns, the block counts; when it throws, nothing has
   * changed.
   *
   * @param version the version that the client gave, or 0; a block is not replaced by one with a
   *     smaller version
   */
  public void writeBlock(
      UploadSession session,
      int blockId,
      long version,
      boolean arrow,
      ContentCoding coding,
      InputStream body)
      throws IOException {
    if (blockId < 0 || blockId > MAX_BLOCK_ID) {
      throw ServiceError.INVALID_BLOCK_ID.exception(
          "The block id " + blockId + " must lie between 0 and " + MAX_BLOCK_ID);
    }
    requireOpen(session);
    List<Column> columns = session.schema().columns();
    ArrowMapping.Form form = arrow ? ArrowMapping.Form.WIRE : RowExport.form(columns);
    BatchCheck check = new BatchCheck(columns, limits.fieldBytes());
    InputStream bounded = new BoundedInput(coding.decode(body), limits.blockBytes());
    try (BatchReader reader =
        arrow
            ? new ArrowBatchReader(
                bounded, ArrowMapping.schema(columns, ArrowMapping.Form.WIRE), allocator)
            : new RecordReader(bounded, columns, form, allocator, RECORD_BATCH_ROWS)) {
      if (discardBodies) {
        while (reader.loadNextBatch()) {
          check.check(reader.root(), reader.rowsRead() - reader.root().getRowCount());
        }
        requireEnd(bounded);
        keep(session, new Block(blockId, reader.rowsRead(), clock.instant(), version, null));
        return;
      }
      try (BatchFileWriter file = new BatchFileWriter(folder.newTemporary(), columns, form)) {
        while (reader.loadNextBatch()) {
          check.check(reader.root(), file.rows());
          file.write(reader.root());
        }
        requireEnd(bounded);
        requireOpen(session);
        long number = blockNumbers.incrementAndGet();
        Path path = store.blockFile(session, blockId, number, version);
        synchronized (session) {
          // Under the monitor: a commit takes the blocks either with this one or without it.
          requireOpen(session);
          requireNewer(session, blockId, version);
          file.finish(path, folder.isDurable());
          keep(session, new Block(blockId, file.rows(), clock.instant(), version, path));
        }
      }
    }
  }

  /** The readers stop at the end of their form; a coded body must end there too. */
  private static void requireEnd(InputStream body) throws IOException {
    if (body.read() >= 0) {
      throw MalformedBodyException.malformed("The body goes on behind its end");
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

  private static void keep(UploadSession session, Block block) throws IOException {
    Block old = session.put(block);
    Path oldFile = old == null ? null : old.file();
    if (oldFile != null) {
      Files.deleteIfExists(oldFile);
    }
  }

  private void requireOpen(UploadSession session) throws ServiceException {
    if (session.status() != UploadStatus.NORMAL || isExpired(session)) {
      throw ServiceError.STATUS_CONFLICT.exception(
          "The upload session " + session.id() + " is " + session.status().word());
    }
  }

  /**
   * Commits all blocks at once. A session that has been committed already is left as it is, so a
   * client whose answer was lost may ask again.
   */
  public void commit(UploadSession session) throws IOException {
    List<Block> blocks;
    synchronized (session) {
      UploadStatus status = session.status();
      if (status == UploadStatus.CLOSED) {
        return;
      }
      requireOpen(session);
      session.setStatus(UploadStatus.CLOSING);
      blocks = session.blocks();
    }
    boolean done = false;
    try {
      commit.run(session, blocks);
      done = true;
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The upload session "
              + session.id()
              + " could not be committed: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    } finally {
      session.setStatus(done ? UploadStatus.CLOSED : UploadStatus.NORMAL);
    }
    try {
      store.deleteBlocks(session);
    } catch (IOException e) {
      // The rows are committed; the next start deletes the files.
      LOG.warn("Blocks of the committed session {} could not be deleted", session.id(), e);
    }
  }

  /** Forgets sessions long after their life time, with their files. */
  private void dropExpired() throws IOException {
    if (!cleaning.isDue()) {
      return;
    }
    Instant limit = clock.instant().minus(limits.sessionLife().multipliedBy(2));
    for (UploadSession session : sessions.values()) {
      if (session.created().isBefore(limit) && session.status() != UploadStatus.CLOSING) {
        sessions.remove(session.id());
        store.delete(session);
      }
    }
  }
}
