package io.tunnel.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TunnelException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private final FakeTime time = new FakeTime();

  private static TunnelException failure(long retryAfter) {
    return TunnelException.answer(
        "FlowExceeded", 429, "r1", "Too much", Duration.ofSeconds(retryAfter));
  }

  private RetryPolicy.Attempts start(Duration limit) {
    return new RetryPolicy(limit, time, time).start();
  }

  @Test
  void waitsOneSecondDoublingToThirtyTwo() throws Exception {
    RetryPolicy.Attempts attempts = start(Duration.ofHours(1));
    for (int i = 0; i < 8; i++) {
      attempts.awaitNext(failure(0));
    }
    assertThat(time.waitsInSeconds()).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 32L, 32L);
  }

  /** Specification: regular tunnel, section 7.4. */
  @Test
  @Tag("covers:client-answer/retried")
  void serverErrorsAreRepeatedSevenTimesAndOthersAsLongAsTheLimitAllows() throws Exception {
    RetryPolicy.Attempts attempts = start(Duration.ofHours(1));
    TunnelException broken =
        TunnelException.answer("InternalServerError", 500, "r1", "Broken", Duration.ZERO);
    for (int i = 0; i < 7; i++) {
      attempts.awaitNext(broken);
      attempts.awaitNext(failure(0));
    }
    assertThatThrownBy(() -> attempts.awaitNext(broken))
        .hasMessageStartingWith("Broken; given up after 15 attempts in ");
    attempts.succeeded();
    attempts.awaitNext(broken);
    assertThat(time.waits()).hasSize(15);
  }

  @Test
  void obeysRetryAfterWhenItIsLonger() throws Exception {
    RetryPolicy.Attempts attempts = start(Duration.ofHours(1));
    attempts.awaitNext(failure(7));
    attempts.awaitNext(failure(1));
    assertThat(time.waitsInSeconds()).containsExactly(7L, 2L);
  }

  @Test
  void givesUpWithTheFailureWhenTheLimitWouldBePassed() throws Exception {
    RetryPolicy.Attempts attempts = start(Duration.ofSeconds(10));
    attempts.awaitNext(failure(0));
    attempts.awaitNext(failure(0));
    attempts.awaitNext(failure(0));

    assertThatThrownBy(() -> attempts.awaitNext(failure(0)))
        .isInstanceOf(TunnelException.class)
        .hasMessage(
            "Too much; given up after 4 attempts in 7 s (code FlowExceeded, request id r1)");
    assertThat(time.waitsInSeconds()).containsExactly(1L, 2L, 4L);
  }

  @Test
  void limitOfZeroRepeatsNothing() {
    TunnelException first = failure(0);
    assertThatThrownBy(() -> start(Duration.ZERO).awaitNext(first)).isSameAs(first);
    assertThat(time.waits()).isEmpty();
  }

  @Test
  void progressStartsTheWaitsAnew() throws Exception {
    RetryPolicy.Attempts attempts = start(Duration.ofSeconds(3));
    attempts.awaitNext(failure(0));
    attempts.awaitNext(failure(0));
    time.advance(Duration.ofHours(1));
    attempts.succeeded();
    attempts.awaitNext(failure(0));
    assertThat(time.waitsInSeconds()).containsExactly(1L, 2L, 1L);
  }

  @Test
  void interruptEndsTheWaitAndTheThreadStaysInterrupted() {
    RetryPolicy.Attempts attempts = start(Duration.ofHours(1));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> attempts.awaitNext(failure(0)))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("Interrupted"));
    assertThat(Thread.interrupted()).isTrue();
  }
}
