package io.tunnel.server.sql;

/** A statement that failed; the message is the error text in the service's form. */
public final class SqlFailure extends Exception {
  private static final long serialVersionUID = 1L;

  static final String NOT_FOUND = "ODPS-0130131";
  static final String NO_PERMISSION = "ODPS-0130013";
  static final String PARSE = "ODPS-0130161";
  static final String SEMANTIC = "ODPS-0130071";
  static final String ARGUMENT = "ODPS-0420411";
  static final String RUNTIME = "ODPS-0121095";
  static final String INTERNAL = "ODPS-0010000";

  private final boolean cancelled;

  private SqlFailure(String message, boolean cancelled, Throwable cause) {
    super(message, cause);
    this.cancelled = cancelled;
  }

  private SqlFailure(String message, boolean cancelled) {
    super(message);
    this.cancelled = cancelled;
  }

  /** A failure at a place in the text. */
  static SqlFailure at(String code, int line, int column, String text, Throwable cause) {
    return new SqlFailure(code + ":[" + line + "," + column + "] " + text, false, cause);
  }

  /** A failure of the statement as a whole. */
  static SqlFailure of(String code, String text) {
    return new SqlFailure(code + ":[1,1] " + text, false);
  }

  /** A failure of the statement as a whole, and what showed it. */
  static SqlFailure of(String code, String text, Throwable cause) {
    return new SqlFailure(code + ":[1,1] " + text, false, cause);
  }

  /** A statement that means nothing here. */
  static SqlFailure semantic(String text) {
    return of(SEMANTIC, "Semantic analysis exception - " + text);
  }

  /** A value that is not allowed. */
  static SqlFailure invalid(String text) {
    return of(RUNTIME, "Invalid arguments - " + text);
  }

  static SqlFailure cancelled() {
    return new SqlFailure("ODPS-0420061:[1,1] Job cancelled", true);
  }

  boolean isCancelled() {
    return cancelled;
  }
}
