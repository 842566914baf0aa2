package io.tunnel.server.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The calls of one client. Not thread safe. */
final class Client {
  /** When a failed call is so old, the next one is no repetition of it. */
  private static final long FORGOTTEN_MILLIS = 2 * RetryPolicy.LONGEST_MILLIS;

  /** More failed calls than a client can have under way at once. */
  private static final int MOST_FAILURES = 400;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private static final int ISOLATING_ATTACKS = 3;
  private static final long ATTACK_WINDOW_MILLIS = 60_000;
  private static final long ISOLATION_MILLIS = 60_000;

  /** A call that has failed, so many times in succession. */
  private record Failure(Request request, int status, int count, long ended) {
    boolean isThrottled() {
      return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
    }
  }

  /** What is called: two calls of the same URL are the same request. */
  record Request(String method, String path, String query) {
    boolean isLike(Request other) {
      return method.equals(other.method) && path.equals(other.path);
    }
  }

  private final String account;
  private final String address;
  private final boolean isolate;
  private final Map<Request, Failure> failures = new LinkedHashMap<>();
  private final Deque<Long> lastAttacks = new ArrayDeque<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private @Nullable Failure last;
  private long isolatedUntil = Long.MIN_VALUE;
  private int underWay;
  private long calls;
  private long repeated;
  private long invalid;
  private long attacks;
  private long bytesIn;
  private long bytesOut;

  Client(String account, String address, boolean isolate) {
    this.account = account;
    this.address = address;
    this.isolate = isolate;
  }

  /**
   * Counts and classes a call.
   *
   * @return how often in succession the call has failed before
   */
  int begin(Request request, long now) {
    Failure before = repeatedBy(request, now);
    calls++;
    underWay++;
    if (before == null) {
      return 0;
    }
    repeated++;
    if (now - before.ended() < RetryPolicy.waitMillis(before.count())) {
      if (before.isThrottled()) {
        attack(now);
      } else {
        invalid++;
      }
    }
    return before.count();
  }

  /**
   * The failed call that a call repeats: one of the same URL; or the call directly before, if it
   * was refused with 429 or 503, differs only in its query, and nothing else was under way, so that
   * the client knew of the answer.
   */
  private @Nullable Failure repeatedBy(Request request, long now) {
    Failure same = failures.get(request);
    if (same != null) {
      return now - same.ended() < FORGOTTEN_MILLIS ? same : null;
    }
    boolean follows =
        last != null
            && underWay == 0
            && last.isThrottled()
            && last.request().isLike(request)
            && now - last.ended() < FORGOTTEN_MILLIS;
    return follows ? last : null;
  }

  private void attack(long now) {
    attacks++;
    if (!isolate || isolatedMillis(now) > 0) {
      return;
    }
    lastAttacks.addLast(now);
    lastAttacks.removeIf(time -> time <= now - ATTACK_WINDOW_MILLIS);
    if (lastAttacks.size() >= ISOLATING_ATTACKS) {
      isolatedUntil = now + ISOLATION_MILLIS;
      lastAttacks.clear();
    }
  }

  /** How long the client is refused still; 0 if it is not. */
  long isolatedMillis(long now) {
    return Math.max(0, isolatedUntil == Long.MIN_VALUE ? 0 : isolatedUntil - now);
  }

  /** Notes the answer to a call, before the client has it. */
  void succeeded(Request request) {
    failures.remove(request);
    last = null;
  }

  /**
   * Notes the answer to a call, before the client has it.
   *
   * @param code the error's code
   * @param earlierFailures what {@link #begin} said
   */
  void failed(Request request, int status, String code, int earlierFailures, long now) {
    errors.merge(code, 1L, Long::sum);
    Failure failure = new Failure(request, status, earlierFailures + 1, now);
    failures.remove(request);
    failures.values().removeIf(old -> now - old.ended() >= FORGOTTEN_MILLIS);
    if (failures.size() == MOST_FAILURES) {
      failures.remove(failures.keySet().iterator().next());
    }
    failures.put(request, failure);
    last = failure;
  }

  /** Notes the end of a call. */
  void end(long received, long sent) {
    underWay--;
    bytesIn += received;
    bytesOut += sent;
  }

  boolean isIdle() {
    return underWay == 0;
  }

  ClientStatistics statistics(long now) {
    return new ClientStatistics(
        account,
        address,
        calls,
        repeated,
        calls - invalid - attacks,
        invalid,
        attacks,
        errors,
        bytesIn,
        bytesOut,
        underWay,
        isolatedMillis(now) > 0);
  }
}
