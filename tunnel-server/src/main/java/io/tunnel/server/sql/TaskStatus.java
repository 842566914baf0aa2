package io.tunnel.server.sql;

/** How far a task is; the words on the wire (specification: control plane, section 4.3). */
public enum TaskStatus {
  /** Submitted. */
  WAITING("Waiting"),
  /** Running. */
  RUNNING("Running"),
  /** Done. */
  SUCCESS("Success"),
  /** Failed; the result is the error text. */
  FAILED("Failed"),
  /** Cancelled by a client. */
  CANCELLED("Cancelled");

  private final String word;

  TaskStatus(String word) {
    this.word = word;
  }

  /** The word on the wire. */
  public String word() {
    return word;
  }

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }
}
