package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of one write: one upload session, committed once. Nothing is visible before the
 * commit, everything after it; a commit whose answer is lost is resolved by the session's state.
 * What is aborted is never committed, and the service drops it when the session expires.
 */
final class TunnelBatchWrite implements BatchWrite {
  /** Block ids reach from 0 to 19999 (specification: regular tunnel, section 2.4). */
  static final int MOST_BLOCKS = 20_000;

  /** The service takes as many blocks per table in 5 minutes (section 2.8). */
  private static final int BLOCKS_IN_FIVE_MINUTES = 500;

  private static final Logger LOG = LoggerFactory.getLogger(TunnelBatchWrite.class);

  private final Connection connection;
  private final TableName table;
  private final UploadOptions upload;
  private final StructType rows;
  private final String description;
  private final InstantSource clock;
  private @Nullable ClientLease lease;
  private @Nullable Opened opened;
  private boolean commitFailed;

  /** The session of this write. */
  private record Opened(UploadSession session, SessionLife life) {}

  TunnelBatchWrite(
      Connection connection,
      TableName table,
      UploadOptions upload,
      StructType rows,
      String description,
      InstantSource clock) {
    this.connection = connection;
    this.table = table;
    this.upload = upload;
    this.rows = rows;
    this.description = description;
    this.clock = clock;
  }

  /**
   * Opens the session.
   *
   * @throws IllegalArgumentException if there are more partitions than block ids, or if the table
   *     is not any more the one for which the rows were checked and they do not fit it
   */
  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    int partitions = info.numPartitions();
    if (partitions > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          "The DataFrame has "
              + partitions
              + " partitions, and an upload session takes "
              + MOST_BLOCKS
              + " blocks: call coalesce() before write");
    }
    if (partitions > BLOCKS_IN_FIVE_MINUTES) {
      LOG.warn(
          "{} writes {} blocks; MaxCompute takes 500 per table in 5 minutes and holds back what is"
              + " beyond, so coalesce() to fewer partitions may be quicker",
          description,
          partitions);
    }
    ClientLease borrowed = connection.lease();
    try {
      Instant opening = clock.instant();
      UploadSession session = borrowed.client().createUpload(table, upload);
      SessionLife life = new SessionLife(session.id(), opening);
      // Stages of hours may lie between the check of the plan and this moment.
      TunnelWriteBuilder.requireThatRowsFit(table, session.schema(), rows);
      LOG.info("{}: upload session {} for {} tasks", description, session.id(), partitions);
      int maxFieldBytes = (int) Math.min(session.maxFieldSize(), Integer.MAX_VALUE);
      DataWriterFactory factory =
          new TunnelWriterFactory(
              connection, SerializedForm.of(session.handle()), life, rows.json(), maxFieldBytes);
      lease = borrowed;
      opened = new Opened(session, life);
      return factory;
    } catch (TunnelException e) {
      borrowed.close();
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      borrowed.close();
      throw e;
    }
  }

  /** The tasks ask the coordinator themselves: see {@link CommitPermission}. */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    Opened write = opened;
    if (write == null) {
      throw new IllegalStateException("Spark commits a write that it has not begun");
    }
    Set<Integer> blocks = new TreeSet<>();
    for (WriterCommitMessage message : messages) {
      BlockCommitMessage block = (BlockCommitMessage) message;
      if (block.written()) {
        blocks.add(block.blockId());
      }
    }
    try {
      write.life().requireTimeLeft(clock.instant());
      commitFailed = true;
      write.session().commit(blocks);
      commitFailed = false;
      LOG.info("{}: committed upload session {}", description, write.session().id());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    release();
  }

  /** Leaves the session to expire; the service has no call to end it. */
  @Override
  public void abort(WriterCommitMessage[] messagesWithNullsForUnfinishedTasks) {
    Opened write = opened;
    if (write != null) {
      // After a commit that failed, its error says what is known.
      LOG.info(
          "{}: gave up upload session {}{}",
          description,
          write.session().id(),
          commitFailed ? "" : ", nothing was written");
    }
    release();
  }

  private void release() {
    ClientLease borrowed = lease;
    lease = null;
    opened = null;
    if (borrowed != null) {
      borrowed.close();
    }
  }

  @Override
  public String toString() {
    return description;
  }
}
