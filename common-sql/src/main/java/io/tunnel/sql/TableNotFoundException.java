package io.tunnel.sql;

/** A table in a query that the {@link TableResolver} does not know. */
public final class TableNotFoundException extends SqlTranslationException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for a place in the text; line and column count from 1. */
  public TableNotFoundException(int line, int column, ObjectName table) {
    super(line, column, "Table not found - table " + table + " cannot be resolved");
  }

  @Override
  public String code() {
    return "ODPS-0130131";
  }
}
