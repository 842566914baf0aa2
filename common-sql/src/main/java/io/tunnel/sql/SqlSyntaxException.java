package io.tunnel.sql;

/**
 * A text that is no MaxCompute SQL.
 *
 * <p>The message has the form that follows {@code ODPS-0130161:[line,column]} in the service's own
 * errors: {@code Parse exception - …}.
 */
public final class SqlSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /** Creates the exception for a place in the text; line and column count from 1. */
  public SqlSyntaxException(int line, int column, String detail) {
    super("Parse exception - " + detail);
    this.line = line;
    this.column = column;
  }

  /** The line of the first character that does not fit, from 1. */
  public int line() {
    return line;
  }

  /** The column in that line, from 1, in UTF-16 units; a tab counts as one. */
  public int column() {
    return column;
  }
}
