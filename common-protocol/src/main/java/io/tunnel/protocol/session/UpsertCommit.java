package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.RetryPolicy;
import java.time.Duration;
import java.time.Instant;

/**
 * One commit of an upsert session, from the first request to certainty (specification: upsert,
 * section 2.7). The request is repeated until the session is committed; a session that is gone
 * after a request that may have been obeyed has been committed.
 */
final class UpsertCommit {
  private static final Duration FIRST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(16);

  private final Upserts service;
  private final UpsertSession session;
  private final Duration timeout;
  private final RetryPolicy.Attempts attempts;

  UpsertCommit(Upserts service, UpsertSession session, Duration timeout) {
    this.service = service;
    this.session = session;
    this.timeout = timeout;
    attempts = service.policy().start();
  }

  /** Returns when the session is committed. */
  void run() throws TunnelException {
    if (session.status() == UpsertStatus.COMMITTED) {
      return;
    }
    if (!session.maybeCommitted() && service.keepAlive().isDue(session.lastSeen())) {
      // Only a session that was there shortly before can be gone because it was committed.
      session.reload();
    }
    Instant end = service.policy().clock().instant().plus(timeout);
    Duration wait = FIRST_POLL;
    while (!isCommitted()) {
      if (service.policy().clock().instant().plus(wait).isAfter(end)) {
        throw TunnelException.of(
            "TimedOut",
            session
                + " is still being committed after "
                + timeout.toSeconds()
                + " s; commit it again to wait longer, no row needs to be written again");
      }
      service.policy().pause(wait);
      wait = wait.multipliedBy(2).compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait.multipliedBy(2);
    }
  }

  /** Asks for the commit, and tells whether it has happened; false while it is going on. */
  private boolean isCommitted() throws TunnelException {
    while (true) {
      UpsertStatus status;
      try {
        ApiAnswer answer = service.commit(session.handle(), session.firstServer());
        session.commitSent();
        status = session.accept(answer);
        attempts.succeeded();
      } catch (TunnelException e) {
        if (e.code().equals("UpsertSessionNotFound") && session.maybeCommitted()) {
          return true;
        }
        if (Repeat.IF_REFUSED.allows(e)) {
          attempts.awaitNext(e);
          session.reroute(0, e);
        } else if (e.code().equals("Interrupted") || e.code().equals("ClientClosed")) {
          session.commitSent();
          throw unknown(e);
        } else if (e.code().equals("StatusConflict")) {
          // Another request may have committed it, or be about to.
          session.reload();
          if (session.status() == UpsertStatus.NORMAL) {
            throw e;
          }
          return decided(session.status());
        } else if (!e.isRetryable() && !isUnreadable(e)) {
          throw e;
        } else {
          session.commitSent();
          if (wasCommitted(e)) {
            return true;
          }
        }
        continue;
      }
      return decided(status);
    }
  }

  /** What became of a commit whose answer is lost; if that gets lost too, the error says so. */
  private boolean wasCommitted(TunnelException lost) throws TunnelException {
    try {
      attempts.awaitNext(lost);
      session.reload();
    } catch (TunnelException e) {
      if (e.code().equals("UpsertSessionNotFound")) {
        return true;
      }
      throw unknown(e);
    }
    return decided(session.status());
  }

  private boolean decided(UpsertStatus status) throws TunnelException {
    return switch (status) {
      case COMMITTED -> true;
      case NORMAL, COMMITTING -> false;
      case EXPIRED, CRITICAL, ABORTED, UNKNOWN ->
          throw TunnelException.of(
              "StatusConflict",
              session
                  + " cannot be committed because its state is "
                  + status
                  + meaning(status)
                  + "; write the rows again in a new session");
    };
  }

  private static String meaning(UpsertStatus status) {
    return switch (status) {
      case EXPIRED -> ": it is too old";
      case CRITICAL -> ": it has failed in the service";
      case ABORTED -> ": it has been given up";
      default -> "";
    };
  }

  private TunnelException unknown(TunnelException e) {
    return e.withReason(
        "It is not known whether "
            + session
            + " was committed; commit it again to find out, no row needs to be written again: "
            + e.reason());
  }

  /** The request was accepted, but its answer does not say what became of it. */
  private static boolean isUnreadable(TunnelException e) {
    return e.code().equals("MalformedAnswer") || e.code().equals("AnswerTooLong");
  }
}
