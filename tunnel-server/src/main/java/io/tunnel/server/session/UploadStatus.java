package io.tunnel.server.session;

import java.util.Locale;

/** The states of an upload session (specification: regular tunnel, section 2.7). */
public enum UploadStatus {
  /** Open, takes blocks. */
  NORMAL,
  /** The commit runs. */
  CLOSING,
  /** Committed. */
  CLOSED,
  /** Older than its life time. */
  EXPIRED,
  /** Given up, because its table is not there any more. */
  CANCELED,
  /** A block that was acknowledged cannot be read any more. */
  CRITICAL;

  /** The state that has this word on the wire. */
  static UploadStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The word on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
