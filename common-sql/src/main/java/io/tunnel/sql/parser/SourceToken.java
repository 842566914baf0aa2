package io.tunnel.sql.parser;

/** A token of the generated parser that knows its place in the text. */
final class SourceToken extends Token {
  private final String sql;
  private final Lexeme lexeme;

  SourceToken(int kind, String image, String sql, Lexeme lexeme) {
    this.sql = sql;
    this.lexeme = lexeme;
    this.kind = kind;
    this.image = image;
    beginLine = lexeme.line();
    beginColumn = lexeme.column();
    endLine = lexeme.endLine();
    endColumn = lexeme.endColumn();
  }

  Lexeme lexeme() {
    return lexeme;
  }

  /** The source text from this token to the end of a later one. */
  String textTo(SourceToken last) {
    return sql.substring(lexeme.start(), last.lexeme.end());
  }

  /** The token as written. */
  String written() {
    return sql.substring(lexeme.start(), lexeme.end());
  }
}
