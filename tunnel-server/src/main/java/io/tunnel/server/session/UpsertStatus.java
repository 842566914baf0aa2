package io.tunnel.server.session;

import java.util.Locale;

/** The states of an upsert session (specification: upsert, section 2.7). */
public enum UpsertStatus {
  /** Open, takes packs. */
  NORMAL,
  /** The commit runs. */
  COMMITTING,
  /** Committed. */
  COMMITTED,
  /** Older than its life time. */
  EXPIRED,
  /** Lost: its table has changed or gone, or a pack that was acknowledged cannot be read. */
  CRITICAL,
  /** Given up by its client. */
  ABORTED;

  /** The word on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state that has this word, or the word that stands for every commit in the database. */
  static UpsertStatus of(String word) {
    return word.equals(UploadStatus.CLOSED.word())
        ? COMMITTED
        : valueOf(word.toUpperCase(Locale.ROOT));
  }
}
