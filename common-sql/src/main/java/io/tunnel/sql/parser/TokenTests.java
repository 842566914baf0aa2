package io.tunnel.sql.parser;

/** Questions that the grammar asks about tokens that lie ahead. */
final class TokenTests {
  private TokenTests() {}

  /** Whether the token is the given word and not a keyword of its own. */
  static boolean isWord(Token token, String word) {
    return token.kind == MaxComputeParserImplConstants.IDENTIFIER
        && token.image.equalsIgnoreCase(word);
  }

  /** Whether the token is COLUMN or COLUMNS. */
  static boolean isColumns(Token token) {
    return isWord(token, "column") || isWord(token, "columns");
  }

  /** Whether CLUSTERED BY or RANGE CLUSTERED BY begins. */
  static boolean isClustering(Token token, Token after) {
    return isWord(token, "clustered") || (isWord(token, "range") && isWord(after, "clustered"));
  }

  static boolean isName(Token token) {
    return token.kind == MaxComputeParserImplConstants.IDENTIFIER
        || token.kind == MaxComputeParserImplConstants.BACK_QUOTED_IDENTIFIER;
  }

  /** Whether a token is a whole value of a VALUES row by itself. */
  static boolean isPlainValue(Token token, Token after) {
    return switch (token.kind) {
      case MaxComputeParserImplConstants.QUOTED_STRING,
          MaxComputeParserImplConstants.UNSIGNED_INTEGER_LITERAL,
          MaxComputeParserImplConstants.DECIMAL_NUMERIC_LITERAL,
          MaxComputeParserImplConstants.APPROX_NUMERIC_LITERAL,
          MaxComputeParserImplConstants.NULL,
          MaxComputeParserImplConstants.TRUE,
          MaxComputeParserImplConstants.FALSE,
          MaxComputeParserImplConstants.HOOK ->
          after.kind == MaxComputeParserImplConstants.COMMA
              || after.kind == MaxComputeParserImplConstants.RPAREN;
      default -> false;
    };
  }
}
