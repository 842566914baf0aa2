package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The waits between attempts that the service asks for: 1 s, doubling to 32 s, never less, and
 * never less than {@code Retry-After}; a client that comes back faster on 429 or 503 is locked out.
 * Answers of the kind 5xx are followed by seven more attempts at most, which takes about a minute
 * and a half (specification: regular tunnel, section 7.4); answers of 308 and 429 and a broken
 * network are given the whole limit. Immutable and thread safe; the state of one operation lives in
 * {@link Attempts}.
 */
public final class RetryPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RetryPolicy.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(32);
  private static final int MOST_SERVER_ERRORS = 8;
  private static final int FIRST_SERVER_ERROR = 500;

  private final Duration limit;
  private final InstantSource clock;
  private final Waiter waiter;

  /**
   * A policy.
   *
   * @param limit how long one operation may go on failing, from its first failure to its last
   *     attempt; zero means that nothing is repeated
   */
  public RetryPolicy(Duration limit, InstantSource clock, Waiter waiter) {
    this.limit = limit;
    this.clock = clock;
    this.waiter = waiter;
  }

  /** Starts an operation. */
  public Attempts start() {
    return new Attempts();
  }

  /** The clock that measures the limit. */
  public InstantSource clock() {
    return clock;
  }

  /**
   * Waits outside any failure, for example between two looks at a running task.
   *
   * @throws TunnelException with code {@code Interrupted} if the thread is interrupted, which stays
   *     interrupted
   */
  public void pause(Duration duration) throws TunnelException {
    try {
      waiter.await(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TunnelException.of("Interrupted", "The thread was interrupted", null, e);
    }
  }

  /** The failures of one operation in a row. Not thread safe. */
  public final class Attempts {
    private Duration next = SHORTEST;
    private Instant firstFailure = Instant.MAX;
    private int failures;
    private int serverErrors;

    private Attempts() {}

    /** How often the operation has failed in a row. */
    public int failures() {
      return failures;
    }

    /** The operation made progress: the next failure counts as the first one. */
    public void succeeded() {
      next = SHORTEST;
      firstFailure = Instant.MAX;
      failures = 0;
      serverErrors = 0;
    }

    /**
     * Waits until the operation may be tried again.
     *
     * @param failure why the last attempt failed
     * @throws TunnelException the failure itself, if the next attempt would lie beyond the limit,
     *     or if it is the eighth answer of the kind 5xx; or with code {@code Interrupted}
     */
    public void awaitNext(TunnelException failure) throws TunnelException {
      Instant now = clock.instant();
      failures++;
      if (failures == 1) {
        firstFailure = now;
      }
      if (failure.status() >= FIRST_SERVER_ERROR) {
        serverErrors++;
      }
      Duration wait = next.compareTo(failure.retryAfter()) < 0 ? failure.retryAfter() : next;
      Duration spent = Duration.between(firstFailure, now);
      if (spent.plus(wait).compareTo(limit) > 0 || serverErrors >= MOST_SERVER_ERRORS) {
        throw failures == 1
            ? failure
            : failure.withReason(
                failure.reason()
                    + "; given up after "
                    + failures
                    + " attempts in "
                    + spent.toSeconds()
                    + " s");
      }
      LOG.debug("Attempt {} failed, the next one follows in {}", failures, wait, failure);
      next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
      pause(wait);
    }
  }
}
