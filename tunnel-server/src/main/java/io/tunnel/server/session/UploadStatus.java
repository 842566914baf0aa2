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
  EXPIRED;

  /** The word on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
