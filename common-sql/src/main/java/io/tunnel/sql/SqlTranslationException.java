package io.tunnel.sql;

/** A parsed statement that cannot be translated. */
public abstract sealed class SqlTranslationException extends Exception
    permits TableNotFoundException, UnsupportedSqlException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  SqlTranslationException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** The service's code for the error, {@code ODPS-} and seven digits. */
  public abstract String code();

  /** The line of what is wrong, from 1; 0 when it has no place in the text. */
  public int line() {
    return line;
  }

  /** The column in that line, from 1; 0 when it has no place in the text. */
  public int column() {
    return column;
  }
}
