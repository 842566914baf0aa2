package io.tunnel.server.limit;

import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only while somebody sleeps; a sleep ends at once. */
public final class SteppedTime implements Pace.Time {
  private final AtomicLong now = new AtomicLong();

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public void sleep(long nanos) {
    now.addAndGet(nanos);
  }
}
