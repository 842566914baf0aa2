package io.tunnel.sql;

/**
 * SQL that this translation does not know. The message begins as the service's semantic errors do
 * and names the function, the operator or the clause.
 */
public final class UnsupportedSqlException extends SqlTranslationException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for a place in the text; line and column count from 1. */
  public UnsupportedSqlException(int line, int column, String detail) {
    super(line, column, "Semantic analysis exception - " + detail);
  }

  @Override
  public String code() {
    return "ODPS-0130071";
  }
}
