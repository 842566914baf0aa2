package io.tunnel.sql;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Carries a {@link SqlTranslationException} through Calcite's visitors. */
final class TranslationFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SqlTranslationException exception;

  TranslationFailure(SqlTranslationException exception) {
    super(null, exception, false, false);
    this.exception = exception;
  }

  static TranslationFailure unsupported(SqlNode node, String detail) {
    SqlParserPos position = node.getParserPosition();
    return new TranslationFailure(
        new UnsupportedSqlException(position.getLineNum(), position.getColumnNum(), detail));
  }

  SqlTranslationException exception() {
    return exception;
  }
}
