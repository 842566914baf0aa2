package io.tunnel.sql.parser;

import io.tunnel.sql.SqlSyntaxException;

/**
 * Carries a {@link SqlSyntaxException} through the generated code, whose methods cannot declare it.
 */
final class LexerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SqlSyntaxException syntaxException;

  LexerException(int line, int column, String detail) {
    super(null, null, false, false);
    this.syntaxException = new SqlSyntaxException(line, column, detail);
  }

  SqlSyntaxException syntaxException() {
    return syntaxException;
  }
}
