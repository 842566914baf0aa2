package io.tunnel.server.limit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * At most so many events within any stretch of time of a given length. Exact, on the injected
 * clock. Thread safe.
 */
final class SlidingWindow {
  private final int most;
  private final long lengthMillis;
  private final InstantSource clock;
  private final Deque<Long> events = new ArrayDeque<>();

  SlidingWindow(int most, Duration length, InstantSource clock) {
    this.most = most;
    this.lengthMillis = length.toMillis();
    this.clock = clock;
  }

  /**
   * Counts an event if there is room for it.
   *
   * @return zero if it was counted, otherwise the milliseconds until there is room
   */
  synchronized long take() {
    long now = clock.millis();
    drop(now);
    if (events.size() < most) {
      events.addLast(now);
      return 0;
    }
    return events.getFirst() + lengthMillis - now;
  }

  /** Takes back the last event: what was counted did not happen. */
  synchronized void giveBack() {
    events.pollLast();
  }

  synchronized boolean isEmpty() {
    drop(clock.millis());
    return events.isEmpty();
  }

  private void drop(long now) {
    while (!events.isEmpty() && events.getFirst() <= now - lengthMillis) {
      events.removeFirst();
    }
  }
}
