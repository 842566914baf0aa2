package io.tunnel.protocol.http;

import java.time.Duration;

/** How time is let pass. Tests pass one that only moves a clock. */
@FunctionalInterface
public interface Waiter {
  /**
   * Returns after the given time.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  void await(Duration duration) throws InterruptedException;

  /** The one that really waits. */
  static Waiter sleeping() {
    return duration -> Thread.sleep(duration.toMillis());
  }
}
