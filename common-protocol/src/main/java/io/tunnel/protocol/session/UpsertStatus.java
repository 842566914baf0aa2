package io.tunnel.protocol.session;

import java.util.Locale;

/** The state of an upsert session (specification: upsert, section 2.7). */
public enum UpsertStatus {
  /** Open, accepts rows. */
  NORMAL,
  /** A commit is running. */
  COMMITTING,
  /** Committed. */
  COMMITTED,
  /** Older than its life time. */
  EXPIRED,
  /** Failed inside the service. */
  CRITICAL,
  /** Given up. */
  ABORTED,
  /** A word that the specification does not know. */
  UNKNOWN;

  static UpsertStatus of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "normal" -> NORMAL;
      case "committing" -> COMMITTING;
      case "committed" -> COMMITTED;
      case "expired" -> EXPIRED;
      case "critical" -> CRITICAL;
      case "aborted" -> ABORTED;
      default -> UNKNOWN;
    };
  }

  /** Whether the session may still be committed, so that it is worth keeping alive. */
  boolean isOpen() {
    return this == NORMAL || this == COMMITTING;
  }
}
