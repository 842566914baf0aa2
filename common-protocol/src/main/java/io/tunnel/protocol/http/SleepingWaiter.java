package io.tunnel.protocol.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Really waits, until the time is over or nobody needs to wait any more. */
final class SleepingWaiter implements Waiter {
  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public void await(Duration duration) throws InterruptedException {
    ended.await(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void endAll() {
    ended.countDown();
  }
}
