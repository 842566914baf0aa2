package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.UploadCall;
import io.tunnel.protocol.pack.UpsertPack;
import io.tunnel.protocol.pack.UpsertPackWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the packs of one writer: several buckets at once, of each bucket one after the other in the
 * order of their rows, and each until the service has acknowledged it (specification: upsert,
 * sections 2.5 to 2.9). Works on threads of the client, and on the writer's own thread while that
 * waits, so that it never depends on a free thread.
 */
final class PackSender {
  private static final Logger LOG = LoggerFactory.getLogger(PackSender.class);
  private static final int MOST_RESENDS = 20;

  private final UpsertSession session;
  private final int concurrency;
  private final boolean background;

  // Guarded by this.
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final BitSet busy = new BitSet();
  private final Set<Thread> runners = new HashSet<>();
  private final Set<UploadCall> calls = new HashSet<>();
  private int workers;
  private long outstanding;
  private @Nullable Throwable failure;
  private boolean abandoned;

  private record Pending(int bucket, UpsertPackWriter rows, long bytes) {}

  /**
   * Nothing to send yet.
   *
   * @param concurrency most buckets that are sent at once
   * @param background whether threads of the client send while the writer goes on; otherwise the
   *     writer's thread does it when it waits
   */
  PackSender(UpsertSession session, int concurrency, boolean background) {
    this.session = session;
    this.concurrency = concurrency;
    this.background = background;
  }

  /** Takes over the rows of a bucket. */
  void send(int bucket, UpsertPackWriter rows) throws IOException {
    boolean start;
    synchronized (this) {
      throwFailure();
      waiting.addLast(new Pending(bucket, rows, rows.heldBytes()));
      outstanding += rows.heldBytes();
      start = background && workers < concurrency;
      if (start) {
        workers++;
      }
    }
    if (start) {
      boolean started = false;
      try {
        session.service().threads().start(this::work);
        started = true;
      } finally {
        if (!started) {
          leave();
        }
      }
    }
  }

  private synchronized void leave() {
    workers--;
  }

  /** Bytes that are waiting or being sent. */
  synchronized long outstanding() {
    return outstanding;
  }

  /**
   * Returns when no more than so many bytes are waiting or being sent.
   *
   * @throws IOException if a pack could not be sent
   */
  void awaitAtMost(long bytes) throws IOException {
    while (true) {
      boolean help;
      synchronized (this) {
        throwFailure();
        if (outstanding <= bytes) {
          return;
        }
        // Only if no thread of the client is at it: they may all be busy with something else.
        help = runners.isEmpty() && nextFree();
        if (!help) {
          try {
            wait();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TunnelException.of(
                "Interrupted", "The thread was interrupted while rows were sent", null, e);
          }
        }
      }
      Pending next = help ? claim() : null;
      if (next != null) {
        send(next);
      }
    }
  }

  /** The life of a thread that sends. */
  private void work() {
    for (Pending next = claimOrLeave(); next != null; next = claimOrLeave()) {
      send(next);
    }
  }

  private void send(Pending pending) {
    Throwable problem = null;
    try {
      sendUntilAcknowledged(pending);
    } catch (IOException | RuntimeException | Error e) {
      problem = e;
    }
    ended(pending, problem);
  }

  /** In one step, so that what is handed over meanwhile finds a thread or starts one. */
  private synchronized @Nullable Pending claimOrLeave() {
    Pending next = claim();
    if (next == null) {
      workers--;
    }
    return next;
  }

  private boolean nextFree() {
    return waiting.stream().anyMatch(pending -> !busy.get(pending.bucket));
  }

  /** The first pack whose bucket is free; null if there is none. */
  private synchronized @Nullable Pending claim() {
    if (failure != null || abandoned || runners.size() >= concurrency) {
      return null;
    }
    for (Iterator<Pending> iterator = waiting.iterator(); iterator.hasNext(); ) {
      Pending pending = iterator.next();
      if (!busy.get(pending.bucket)) {
        iterator.remove();
        busy.set(pending.bucket);
        runners.add(Thread.currentThread());
        return pending;
      }
    }
    return null;
  }

  private synchronized void ended(Pending pending, @Nullable Throwable problem) {
    busy.clear(pending.bucket);
    runners.remove(Thread.currentThread());
    outstanding -= pending.bytes;
    if (problem != null && failure == null) {
      failure =
          session.service().isClosed() && !abandoned
              ? TunnelException.of(
                  "ClientClosed",
                  "Rows of " + session + " were given up: the client has been closed",
                  null,
                  problem)
              : problem;
    }
    if (abandoned) {
      // The interrupt was meant for this pack, not for the thread's next task.
      Thread.interrupted();
    }
    notifyAll();
  }

  private void sendUntilAcknowledged(Pending pending) throws IOException {
    UpsertPack pack = pending.rows.finish(session.service().coding());
    RetryPolicy.Attempts attempts = session.service().policy().start();
    int resends = 0;
    while (true) {
      UploadCall call = session.write(pending.bucket, pack);
      try {
        begin(call);
        call.execute();
        return;
      } catch (TunnelException e) {
        if (!BlockSender.mayResend(e) || ++resends > MOST_RESENDS) {
          throw Upserts.advise(e);
        }
        LOG.debug("Bucket {} of {} is sent again", pending.bucket, session, e);
        try {
          attempts.awaitNext(e);
        } catch (TunnelException givenUp) {
          throw Upserts.advise(givenUp);
        }
        session.reroute(pending.bucket, e);
      } finally {
        end(call);
      }
    }
  }

  private synchronized void begin(UploadCall call) throws TunnelException {
    if (abandoned) {
      throw TunnelException.of("Abandoned", "The rows have been given up");
    }
    calls.add(call);
  }

  private synchronized void end(UploadCall call) {
    calls.remove(call);
  }

  /** Throws what has made the sender give up, if it has. */
  synchronized void throwFailure() throws IOException {
    if (failure instanceof TunnelException known) {
      throw known.withReason(known.reason());
    } else if (failure != null) {
      throw new IOException("Rows could not be sent: " + failure, failure);
    }
  }

  /** Gives up what has not been sent, breaks off what is being sent, and waits for that. */
  void abandon() {
    Set<UploadCall> running;
    synchronized (this) {
      abandoned = true;
      waiting.forEach(pending -> outstanding -= pending.bytes);
      waiting.clear();
      running = new HashSet<>(calls);
      runners.stream()
          .filter(thread -> thread != Thread.currentThread())
          .forEach(Thread::interrupt);
    }
    running.forEach(UploadCall::cancel);
    synchronized (this) {
      boolean interrupted = false;
      while (!runners.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
