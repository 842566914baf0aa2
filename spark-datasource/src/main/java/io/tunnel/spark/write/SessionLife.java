package io.tunnel.spark.write;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that an upload session has: the service drops it, with all of its blocks, 24 hours after
 * it was opened (specification: regular tunnel, section 2.8). A write that takes longer is stopped
 * with this reason, in the task and on the driver, and not by what the service says about a session
 * that it has forgotten.
 */
final class SessionLife implements Serializable {
  private static final long serialVersionUID = 1;

  private static final Duration LENGTH = Duration.ofHours(24);

  private final String session;
  private final long endMillis;

  /**
   * @param session the session's id
   * @param opened when the driver has opened it
   */
  SessionLife(String session, Instant opened) {
    this.session = session;
    this.endMillis = opened.plus(LENGTH).toEpochMilli();
  }

  /**
   * Returns if the session can still be used.
   *
   * @throws IOException if its time is over
   */
  void requireTimeLeft(Instant now) throws IOException {
    if (now.toEpochMilli() >= endMillis) {
      throw new IOException(
          "Upload session "
              + session
              + " is older than 24 hours, and the service has dropped it with all that was written:"
              + " write less at a time, for example one partition of the table after the other");
    }
  }
}
