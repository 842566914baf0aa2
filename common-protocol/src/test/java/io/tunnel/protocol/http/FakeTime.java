package io.tunnel.protocol.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that only moves when somebody waits, or is told to; waits end at once and are noted. */
public final class FakeTime implements InstantSource, Waiter {
  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-21T00:54:47Z");

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public synchronized void await(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    waits.add(duration);
    now = now.plus(duration);
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }

  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  public List<Long> waitsInSeconds() {
    return waits.stream().map(Duration::toSeconds).toList();
  }
}
