package io.tunnel.server.sql;

/** The kinds of tasks that the server runs; the words on the wire. */
public enum TaskType {
  /** Statements. */
  SQL("SQL"),
  /** Joins small files of a table, or compacts it. */
  MERGE("Merge"),
  /** An interactive session (MCQA), which takes statements until it is ended. */
  SESSION("SQLRT");

  private final String word;

  TaskType(String word) {
    this.word = word;
  }

  /** The word on the wire. */
  public String word() {
    return word;
  }
}
