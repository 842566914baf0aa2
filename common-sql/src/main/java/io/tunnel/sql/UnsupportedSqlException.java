package io.tunnel.sql;

/**
 * Legal SQL that this translation does not know. The message names the function, the operator or
 * the clause.
 */
public final class UnsupportedSqlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /** Creates the exception for a place in the text; line and column count from 1. */
  public UnsupportedSqlException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** The line of what is not supported, from 1. */
  public int line() {
    return line;
  }

  /** The column in that line, from 1. */
  public int column() {
    return column;
  }
}
