package io.tunnel.server.limit;

/**
 * How long a client waits before it repeats a call that has failed, as the service publishes it: 1
 * second, twice as long after every further failure, 32 seconds at most.
 */
final class RetryPolicy {
  private static final long FIRST_MILLIS = 1000;
  private static final int MOST_DOUBLINGS = 5;

  /** The longest wait that the policy asks for. */
  static final long LONGEST_MILLIS = FIRST_MILLIS << MOST_DOUBLINGS;

  private RetryPolicy() {}

  /**
   * The shortest wait before the next attempt.
   *
   * @param failures how often the call has failed in succession, at least once
   */
  static long waitMillis(int failures) {
    return FIRST_MILLIS << Math.min(failures - 1, MOST_DOUBLINGS);
  }
}
