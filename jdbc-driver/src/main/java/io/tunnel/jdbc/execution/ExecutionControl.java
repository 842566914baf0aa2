package io.tunnel.jdbc.execution;

import io.tunnel.jdbc.error.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The time limit and the cancel flag of one execution of one statement, its result set included. A
 * new execution gets a new one, so that a late {@code cancel()} cannot reach its successor.
 */
public final class ExecutionControl {
  private static final Duration FOREVER = Duration.ofDays(365);

  private final long start = System.nanoTime();
  private final int timeoutSeconds;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Runnable onCancel;
  private boolean cancelled;

  /**
   * Starts the clock.
   *
   * @param timeoutSeconds 0 for no limit
   */
  public ExecutionControl(int timeoutSeconds) {
    this.timeoutSeconds = timeoutSeconds;
  }

  /** Cancels the execution; called by any thread, without effect the second time. */
  public void cancel() {
    Runnable action;
    lock.lock();
    try {
      if (cancelled) {
        return;
      }
      cancelled = true;
      action = onCancel;
    } finally {
      lock.unlock();
    }
    if (action != null) {
      action.run();
    }
  }

  /** What {@link #cancel()} does besides raising the flag; runs at once if it came already. */
  public void onCancel(@Nullable Runnable action) {
    lock.lock();
    try {
      onCancel = action;
      if (!cancelled) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (action != null) {
      action.run();
    }
  }

  /** Whether {@link #cancel()} was called. */
  public boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the time is over. */
  public boolean isTimedOut() {
    return timeoutSeconds > 0 && remaining().isNegative();
  }

  /** The time left; a year if there is no limit, negative when it is over. */
  public Duration remaining() {
    return timeoutSeconds == 0
        ? FOREVER
        : Duration.ofSeconds(timeoutSeconds).minusNanos(System.nanoTime() - start);
  }

  /** Throws if the statement was cancelled (57014). */
  public void checkCancelled() throws SQLException {
    if (isCancelled()) {
      throw SqlErrors.cancelled();
    }
  }

  /** Throws if the statement was cancelled (57014) or its time is over (HYT00). */
  public void check() throws SQLException {
    checkCancelled();
    if (isTimedOut()) {
      throw timeout();
    }
  }

  /** The exception that says that the time is over. */
  public SQLException timeout() {
    return SqlErrors.timeout(timeoutSeconds);
  }
}
