package io.tunnel.protocol.session;

import java.util.Locale;

/** The state of a download session (specification: regular tunnel, section 3.3). */
public enum DownloadStatus {
  /** Rows can be read. */
  NORMAL,
  /** The service is still fixing the snapshot. */
  INITIATING,
  /** No longer usable. */
  CLOSED,
  /** Older than its life time of 24 hours. */
  EXPIRED,
  /** Could not be made. */
  FAILED,
  /** A word that the specification does not know. */
  UNKNOWN;

  static DownloadStatus of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "normal" -> NORMAL;
      case "initiating" -> INITIATING;
      case "closed", "closes" -> CLOSED;
      case "expired" -> EXPIRED;
      case "failed" -> FAILED;
      default -> UNKNOWN;
    };
  }
}
