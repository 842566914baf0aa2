package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of each open upsert session every 30 seconds, so that the service keeps it
 * (specification: upsert, section 2.4). Its one thread lives as long as there are open sessions.
 * Thread safe.
 */
final class KeepAlive implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);
  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final long LOOK_SECONDS = 5;
  private static final long LONGEST_END_SECONDS = 10;

  private final InstantSource clock;
  private final Set<UpsertSession> sessions = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private @Nullable ScheduledThreadPoolExecutor thread;
  private boolean closed;

  KeepAlive(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a session that was last seen at this time must be looked at again. */
  boolean isDue(Instant lastSeen) {
    return !clock.instant().isBefore(lastSeen.plus(PERIOD));
  }

  synchronized void add(UpsertSession session) {
    if (closed || !session.status().isOpen()) {
      return;
    }
    sessions.add(session);
    if (thread == null) {
      ScheduledThreadPoolExecutor started =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread keeper = new Thread(task, "tunnel-upsert-keep-alive");
                keeper.setDaemon(true);
                return keeper;
              });
      started.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
      thread = started;
    }
  }

  /** Ends the thread with the last session. */
  void remove(UpsertSession session) {
    sessions.remove(session);
    end();
  }

  /** Reads the state of the sessions whose time has come. */
  void look() {
    for (UpsertSession session : sessions) {
      if (!session.status().isOpen()) {
        sessions.remove(session);
      } else if (isDue(session.lastSeen())) {
        try {
          session.reloadOnce();
        } catch (TunnelException | RuntimeException e) {
          // Whoever writes or commits meets the same failure and reports it.
          LOG.debug("The state of {} cannot be read", session, e);
        }
      }
    }
  }

  private void end() {
    ScheduledThreadPoolExecutor running;
    synchronized (this) {
      if (!sessions.isEmpty()) {
        return;
      }
      running = thread;
      thread = null;
    }
    if (running == null) {
      return;
    }
    running.shutdownNow();
    try {
      if (!running.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The thread that keeps upsert sessions alive does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      sessions.clear();
    }
    end();
  }
}
