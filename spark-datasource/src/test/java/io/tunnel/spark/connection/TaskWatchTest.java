package io.tunnel.spark.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class TaskWatchTest {
  private static final Duration OFTEN = Duration.ofMillis(1);

  @Test
  void aKilledTaskIsInterruptedWhereItWaitsForTheService() {
    AtomicBoolean killed = new AtomicBoolean();
    CountDownLatch answer = new CountDownLatch(1);
    try (TaskWatch watch = TaskWatch.of(killed::get, OFTEN)) {
      assertThatThrownBy(
              () ->
                  watch.during(
                      () -> {
                        killed.set(true);
                        await(answer);
                      }))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      // A further look may have come meanwhile.
      Thread.interrupted();
    }
  }

  @Test
  void aKilledTaskIsLeftAloneElsewhere() throws IOException {
    AtomicBoolean killed = new AtomicBoolean();
    CountDownLatch looks = new CountDownLatch(3);
    BooleanSupplier counting =
        () -> {
          looks.countDown();
          return false;
        };
    try (TaskWatch watch = TaskWatch.of(killed::get, OFTEN);
        TaskWatch other = TaskWatch.of(counting, OFTEN)) {
      watch.during(() -> {});
      killed.set(true);
      // One thread looks after all, so the first one has been looked at too.
      other.during(() -> assertThat(await(looks)).isTrue());
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void outsideOfSparkNothingIsWatched() throws IOException {
    try (TaskWatch watch = TaskWatch.ofThisTask()) {
      AtomicBoolean called = new AtomicBoolean();
      watch.during(() -> called.set(true));
      assertThat(called).isTrue();
    }
  }

  private static boolean await(CountDownLatch latch) throws IOException {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.toString());
    }
  }
}
