package io.tunnel.spark.write;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.Connection;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that the driver commits. It attaches to each as soon as it knows of it, because the
 * session then stays alive until the last task has ended. Used by one thread at a time.
 */
final class UpsertSessions implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(UpsertSessions.class);

  private static final long LONGEST_END_SECONDS = 10;

  private final TunnelClient client;
  private final ExecutorService threads;
  private final List<Future<UpsertSession>> attached = new ArrayList<>();
  private boolean commitBegun;

  /**
   * @param client stays with the caller, who closes it after this
   * @param mostThreads how many sessions are attached or committed at once
   */
  UpsertSessions(TunnelClient client, int mostThreads) {
    this.client = client;
    threads =
        Executors.newFixedThreadPool(
            mostThreads,
            task -> {
              Thread thread = new Thread(task, "tunnel-upsert-commit");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Keeps sessions alive that tasks have begun; returns at once. */
  void attach(List<UpsertHandle> handles) {
    for (UpsertHandle handle : handles) {
      attached.add(threads.submit(() -> client.attachUpsert(handle)));
    }
  }

  /**
   * Commits all, several at once. If some fail the others are committed all the same.
   *
   * @throws TunnelException the first failure, which says how many are committed; the others are
   *     suppressed ones of it
   */
  void commit(Duration timeout) throws TunnelException {
    commitBegun = true;
    List<Future<UpsertSession>> commits = new ArrayList<>();
    for (Future<UpsertSession> session : attached) {
      commits.add(
          threads.submit(
              () -> {
                UpsertSession open = result(session);
                open.commit(timeout);
                return open;
              }));
    }
    TunnelException first = null;
    int committed = 0;
    for (Future<UpsertSession> commit : commits) {
      try {
        result(commit);
        committed++;
      } catch (TunnelException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null && commits.size() == 1) {
      throw first;
    }
    if (first != null) {
      TunnelException told =
          first.withReason(
              first.reason()
                  + "; of "
                  + commits.size()
                  + " partitions "
                  + committed
                  + " are committed, write the same rows again to complete the others");
      for (Throwable other : first.getSuppressed()) {
        told.addSuppressed(other);
      }
      throw told;
    }
  }

  private static UpsertSession result(Future<UpsertSession> future) throws TunnelException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TunnelException.of("Interrupted", "The commit of upsert sessions was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TunnelException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Whether a session may be committed, so that none must be given up. */
  boolean isCommitBegun() {
    return commitBegun;
  }

  /** Ends the threads, and stops to keep the sessions alive. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The threads that commit upsert sessions do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Future<UpsertSession> session : attached) {
      if (session.isDone()) {
        try {
          result(session).close();
        } catch (TunnelException e) {
          LOG.debug("A session was not attached", e);
        }
      }
    }
    attached.clear();
  }

  /**
   * Gives sessions up, each with one attempt: one that cannot be reached is left to expire, and
   * nothing of it becomes visible either way.
   */
  static void abandon(Connection connection, List<UpsertHandle> handles) {
    if (handles.isEmpty()) {
      return;
    }
    try (ClientLease lease = connection.withoutRepeats().lease()) {
      for (UpsertHandle handle : handles) {
        try (UpsertSession session = lease.client().attachUpsert(handle)) {
          session.abort();
        } catch (TunnelException e) {
          LOG.info("Upsert session {} is left to expire: {}", handle.id(), e.getMessage());
        }
      }
    }
  }
}
