package io.tunnel.protocol.sql;

import java.util.Locale;

/** The state of a SQL task. */
public enum TaskStatus {
  /** Waiting for resources. */
  WAITING,
  /** Running. */
  RUNNING,
  /** Stopped for a while. */
  SUSPENDED,
  /** Ended well. */
  SUCCESS,
  /** Ended with an error. */
  FAILED,
  /** Cancelled. */
  CANCELLED;

  /** Whether the task has come to its end. */
  public boolean isFinal() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }

  static TaskStatus of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "waiting" -> WAITING;
      case "success" -> SUCCESS;
      case "failed" -> FAILED;
      case "cancelled", "canceled" -> CANCELLED;
      case "suspended" -> SUSPENDED;
      default -> RUNNING;
    };
  }
}
