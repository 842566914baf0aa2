package io.tunnel.spark.write;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.spark.connection.ClientLease;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of one write by primary key. Into one partition, or a table without partitions,
 * it begins one session that all tasks share; otherwise the tasks begin one for each partition.
 * Only the driver commits, once all tasks have ended: nothing is visible before. What is atomic is
 * one partition.
 */
final class UpsertBatchWrite implements BatchWrite {
  private static final Logger LOG = LoggerFactory.getLogger(UpsertBatchWrite.class);

  private final UpsertJob job;
  private final @Nullable PartitionSpec target;
  private final String description;
  private @Nullable ClientLease lease;
  private @Nullable UpsertSessions sessions;
  private @Nullable UpsertHandle shared;

  /**
   * @param target the partition; null if there are none, or if each row tells its own
   */
  UpsertBatchWrite(UpsertJob job, @Nullable PartitionSpec target, String description) {
    this.job = job;
    this.target = target;
    this.description = description;
  }

  /**
   * Begins the session that the tasks share, if they do; there is none for deletes from a missing
   * partition.
   *
   * @throws IllegalArgumentException if the table is not any more the one for which the rows were
   *     checked and they do not fit it
   */
  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    ClientLease borrowed = job.connection().lease();
    lease = borrowed;
    UpsertSessions opened = new UpsertSessions(borrowed.client(), job.settings().commitThreads());
    sessions = opened;
    if (!job.isByPartition()) {
      try (UpsertSession session = PartitionSessions.begin(borrowed.client(), job, target)) {
        if (session != null) {
          UpsertHandle handle = session.handle();
          shared = handle;
          // Stages of hours may lie between the check of the plan and this moment.
          job.matched(session).layout(session);
          LOG.info("{}: {} for {} tasks", description, session, info.numPartitions());
          opened.attach(List.of(handle));
        }
      } catch (TunnelException e) {
        giveUp(List.of());
        throw new UncheckedIOException(e.getMessage(), e);
      } catch (RuntimeException e) {
        giveUp(List.of());
        throw e;
      }
    }
    return new UpsertWriterFactory(job, shared);
  }

  /** Attempts send the same, or ask the coordinator themselves: see {@link UpsertDataWriter}. */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public void onDataWriterCommit(WriterCommitMessage message) {
    UpsertSessions open = sessions;
    if (open != null) {
      open.attach(((UpsertCommitMessage) message).sessions());
    }
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    UpsertSessions open = sessions;
    if (open == null) {
      throw new IllegalStateException("Spark commits a write that it has not begun");
    }
    long rows = 0;
    for (WriterCommitMessage message : messages) {
      rows += ((UpsertCommitMessage) message).rows();
    }
    if (rows == 0) {
      giveUp(List.of());
      LOG.info("{}: no rows, nothing to commit", description);
      return;
    }
    try {
      open.commit(job.settings().commitTimeout());
    } catch (TunnelException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    LOG.info("{}: committed {} rows", description, rows);
    release();
  }

  /**
   * Gives up what is not committed. After a commit that has failed nothing is given up, because the
   * service may have obeyed; what it has not committed expires.
   */
  @Override
  public void abort(WriterCommitMessage[] messagesWithNullsForUnfinishedTasks) {
    List<UpsertHandle> begun = new ArrayList<>();
    for (WriterCommitMessage message : messagesWithNullsForUnfinishedTasks) {
      if (message != null) {
        begun.addAll(((UpsertCommitMessage) message).sessions());
      }
    }
    giveUp(begun);
  }

  private void giveUp(List<UpsertHandle> begun) {
    UpsertSessions open = sessions;
    boolean maybeCommitted = open != null && open.isCommitBegun();
    List<UpsertHandle> abandoned = new ArrayList<>(begun);
    if (shared != null) {
      abandoned.add(shared);
    }
    release();
    if (!maybeCommitted) {
      UpsertSessions.abandon(job.connection(), abandoned);
      LOG.info("{}: gave up {} sessions, nothing was written", description, abandoned.size());
    }
  }

  private void release() {
    UpsertSessions open = sessions;
    ClientLease borrowed = lease;
    sessions = null;
    lease = null;
    shared = null;
    if (open != null) {
      open.close();
    }
    if (borrowed != null) {
      borrowed.close();
    }
  }

  @Override
  public String toString() {
    return description;
  }
}
