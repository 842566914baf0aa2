package io.tunnel.protocol.session;

import java.util.Locale;

/** The state of an upload session (specification: regular tunnel, section 2.7). */
public enum UploadStatus {
  /** Open, accepts blocks. */
  NORMAL,
  /** A commit is running. */
  CLOSING,
  /** Committed. */
  CLOSED,
  /** Given up. */
  CANCELED,
  /** Older than its life time of 24 hours. */
  EXPIRED,
  /** Failed inside the service. */
  CRITICAL,
  /** A word that the specification does not know. */
  UNKNOWN;

  static UploadStatus of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "normal" -> NORMAL;
      case "closing", "committing" -> CLOSING;
      case "closed" -> CLOSED;
      case "canceled" -> CANCELED;
      case "expired" -> EXPIRED;
      case "critical" -> CRITICAL;
      default -> UNKNOWN;
    };
  }
}
