package io.tunnel.server.session;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Lets the search for expired sessions happen at most once a minute. Thread safe. */
final class CleaningGate {
  private static final long PERIOD_MILLIS = 60_000;

  private final InstantSource clock;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

  CleaningGate(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether it is time again; true for one caller only. */
  boolean isDue() {
    long now = clock.millis();
    long due = next.get();
    return now >= due && next.compareAndSet(due, now + PERIOD_MILLIS);
  }
}
