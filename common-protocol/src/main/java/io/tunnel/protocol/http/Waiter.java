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

  /** Ends all waits at once, those to come too: whoever waits here is closed. */
  default void endAll() {}

  /** One that really waits, for one client. */
  static Waiter sleeping() {
    return new SleepingWaiter();
  }
}
