package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One commit, from the check of the blocks to certainty (specification: regular tunnel, section
 * 2.6). After a failure that leaves open whether the commit has happened, the session's state is
 * asked: closed means that it has, normal that it has not, closing that it is going on.
 */
final class Commit {
  private static final int NAMED_IDS = 20;
  private static final Duration FIRST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
  private static final Duration LONGEST_COMMIT = Duration.ofHours(1);

  private final SessionService service;
  private final UploadHandle handle;
  private final Set<Integer> expected;
  private final RetryPolicy.Attempts attempts;

  Commit(SessionService service, UploadHandle handle, Set<Integer> expected) {
    this.service = service;
    this.handle = handle;
    this.expected = new TreeSet<>(expected);
    this.attempts = service.policy().start();
  }

  /** Returns the state after the commit, which is closed. */
  SessionState run() throws TunnelException {
    SessionState state = settled(service.reload(handle));
    if (state.status() == UploadStatus.CLOSED) {
      return state;
    }
    // A session that was given up is committed all the same: only the refusal tells the reason.
    if (state.status() != UploadStatus.CANCELED) {
      requireExpectedBlocks(state);
    }
    while (true) {
      JsonNode answer;
      try {
        answer = service.commit(handle);
      } catch (TunnelException e) {
        if (isConflict(e)) {
          return requireClosed(stateNow(), e);
        }
        if (e.code().equals("Interrupted")) {
          throw unknown(e);
        }
        if (!e.isRetryable() && !isUnreadable(e)) {
          throw e;
        }
        if (Repeat.IF_REFUSED.allows(e)) {
          attempts.awaitNext(e);
          continue;
        }
        SessionState seen = stateAfter(e);
        if (seen.status() != UploadStatus.NORMAL) {
          return requireClosed(seen, e);
        }
        continue;
      }
      return switch (UploadStatus.of(answer.path("Status").asText("closed"))) {
        case CLOSING, CANCELED, EXPIRED, CRITICAL -> requireClosed(stateNow(), null);
        default -> state.closed();
      };
    }
  }

  /** The state behind a commit whose answer is lost; if that gets lost too, the error says so. */
  private SessionState stateAfter(TunnelException lost) throws TunnelException {
    try {
      attempts.awaitNext(lost);
    } catch (TunnelException e) {
      throw unknown(e);
    }
    return stateNow();
  }

  /** The state behind a commit request that may have been obeyed. */
  private SessionState stateNow() throws TunnelException {
    try {
      return settled(service.reload(handle));
    } catch (TunnelException e) {
      throw unknown(e);
    }
  }

  private TunnelException unknown(TunnelException e) {
    return e.withReason(
        "It is not known whether "
            + service.describe(handle)
            + " was committed, commit it again to find out: "
            + e.reason());
  }

  /** Waits while a commit is running. */
  private SessionState settled(SessionState first) throws TunnelException {
    SessionState state = first;
    Instant end = service.policy().clock().instant().plus(LONGEST_COMMIT);
    Duration wait = FIRST_POLL;
    while (state.status() == UploadStatus.CLOSING) {
      if (service.policy().clock().instant().isAfter(end)) {
        throw TunnelException.of(
            "TimedOut", service.describe(handle) + " is still being committed after an hour");
      }
      service.policy().pause(wait);
      wait = wait.multipliedBy(2).compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait.multipliedBy(2);
      state = service.reload(handle);
    }
    return state;
  }

  private void requireExpectedBlocks(SessionState state) throws TunnelException {
    if (state.status() != UploadStatus.NORMAL) {
      throw notCommitted(state, null);
    }
    Set<Integer> missing = new TreeSet<>(expected);
    missing.removeAll(state.blocks());
    Set<Integer> unexpected = new TreeSet<>(state.blocks());
    unexpected.removeAll(expected);
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw TunnelException.of(
          "InConsistentBlockList",
          service.describe(handle)
              + " was not committed because its blocks are not the expected ones"
              + (missing.isEmpty() ? "" : ", missing: " + some(missing))
              + (unexpected.isEmpty() ? "" : ", unexpected: " + some(unexpected)));
    }
  }

  private SessionState requireClosed(SessionState state, @Nullable TunnelException cause)
      throws TunnelException {
    if (state.status() == UploadStatus.CLOSED) {
      return state;
    }
    throw cause != null && isConflict(cause) ? cause : notCommitted(state, cause);
  }

  private TunnelException notCommitted(SessionState state, @Nullable TunnelException cause) {
    return TunnelException.of(
        "StatusConflict",
        service.describe(handle)
            + " cannot be committed because its state is "
            + state.status()
            + meaning(state.status()),
        null,
        cause);
  }

  private static String meaning(UploadStatus status) {
    return switch (status) {
      case CANCELED ->
          ": the service has given it up, as it does when the table was dropped; write the rows"
              + " again in a new session";
      case EXPIRED -> ": it is too old; write the rows again in a new session";
      case CRITICAL -> ": it has failed in the service; write the rows again in a new session";
      default -> "";
    };
  }

  private static boolean isConflict(TunnelException e) {
    return e.code().equals("StatusConflict") || e.code().equals("InvalidStatusChange");
  }

  /** The request was accepted, but its answer does not say what became of it. */
  private static boolean isUnreadable(TunnelException e) {
    return e.code().equals("MalformedAnswer") || e.code().equals("AnswerTooLong");
  }

  private static String some(Collection<Integer> ids) {
    String named =
        ids.stream().limit(NAMED_IDS).map(String::valueOf).collect(Collectors.joining(", "));
    return ids.size() > NAMED_IDS ? named + " and " + (ids.size() - NAMED_IDS) + " more" : named;
  }
}
