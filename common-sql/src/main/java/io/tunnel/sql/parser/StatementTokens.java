package io.tunnel.sql.parser;

import io.tunnel.sql.parser.Lexeme.Kind;
import java.io.Reader;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Feeds the generated parser with the tokens of one statement from {@link SqlLexer}.
 *
 * <p>Most of the words that Calcite's grammar treats as keywords (VALUE, YEAR, COUNT, …) are plain
 * names in MaxCompute. So a word becomes a keyword only when it is one in MaxCompute, or when the
 * words around it make it one, see {@link Keywords}.
 */
final class StatementTokens extends MaxComputeParserImplTokenManager {
  private static final Map<String, Integer> SYMBOLS = symbols();

  private final SqlLexer lexer;
  private final String sql;
  private final Keywords keywords = new Keywords();
  private final ClauseForms forms;

  StatementTokens(SqlLexer lexer, String sql) {
    super(new SimpleCharStream(Reader.nullReader(), 1, 1, 1));
    this.lexer = lexer;
    this.sql = sql;
    forms = new ClauseForms(sql);
  }

  @Override
  public Token getNextToken() {
    SourceToken waiting = forms.poll();
    if (waiting != null) {
      return waiting;
    }
    while (true) {
      Lexeme lexeme = lexer.peek(0);
      if (lexeme.kind() == Kind.SEMICOLON || lexeme.kind() == Kind.END) {
        // Not taken: the parser may ask for it more than once, and it belongs to the script.
        return new SourceToken(MaxComputeParserImplConstants.EOF, "", sql, lexeme);
      }
      lexer.next();
      SourceToken token = token(lexeme);
      keywords.passed(lexeme, token.kind);
      SourceToken passed = forms.pass(token, lexer);
      if (passed != null) {
        return passed;
      }
    }
  }

  private SourceToken token(Lexeme lexeme) {
    String text = lexeme.text();
    return switch (lexeme.kind()) {
      case WORD -> make(keywords.kindOf(lexeme, lexer), text, lexeme);
      case QUOTED_NAME ->
          make(
              MaxComputeParserImplConstants.BACK_QUOTED_IDENTIFIER,
              "`" + text.replace("`", "``") + "`",
              lexeme);
      case STRING ->
          make(
              MaxComputeParserImplConstants.QUOTED_STRING,
              "'" + text.replace("'", "''") + "'",
              lexeme);
      case NUMBER -> make(numberKind(text), text, lexeme);
      case PARAMETER -> make(MaxComputeParserImplConstants.HOOK, text, lexeme);
      case SYMBOL -> symbol(text, lexeme);
      case SEMICOLON, END -> throw new IllegalStateException("not a token: " + lexeme);
    };
  }

  private SourceToken make(int kind, String image, Lexeme lexeme) {
    return new SourceToken(kind, image, sql, lexeme);
  }

  private SourceToken symbol(String text, Lexeme lexeme) {
    Integer kind = SYMBOLS.get(text);
    if (kind == null) {
      throw new LexerException(lexeme.line(), lexeme.column(), "invalid token '" + text + "'");
    }
    return make(kind, text, lexeme);
  }

  private static int numberKind(String text) {
    char last = text.charAt(text.length() - 1);
    if (last > '9') {
      return MaxComputeParserImplConstants.SUFFIXED_NUMBER;
    }
    if (text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      return MaxComputeParserImplConstants.APPROX_NUMERIC_LITERAL;
    }
    return text.indexOf('.') >= 0
        ? MaxComputeParserImplConstants.DECIMAL_NUMERIC_LITERAL
        : MaxComputeParserImplConstants.UNSIGNED_INTEGER_LITERAL;
  }

  /** The numbers of all words that the grammar knows as tokens, in upper case. */
  static Map<String, Integer> words() {
    Map<String, Integer> words = new HashMap<>();
    String[] images = MaxComputeParserImplConstants.tokenImage;
    for (int kind = 0; kind < images.length; kind++) {
      String image = images[kind];
      if (image.length() > 2 && image.startsWith("\"") && Character.isLetter(image.charAt(1))) {
        words.put(image.substring(1, image.length() - 1).toUpperCase(Locale.ROOT), kind);
      }
    }
    return words;
  }

  private static Map<String, Integer> symbols() {
    Map<String, Integer> symbols = new HashMap<>();
    symbols.put("(", MaxComputeParserImplConstants.LPAREN);
    symbols.put(")", MaxComputeParserImplConstants.RPAREN);
    symbols.put("[", MaxComputeParserImplConstants.LBRACKET);
    symbols.put("]", MaxComputeParserImplConstants.RBRACKET);
    symbols.put(".", MaxComputeParserImplConstants.DOT);
    symbols.put(",", MaxComputeParserImplConstants.COMMA);
    symbols.put(":", MaxComputeParserImplConstants.COLON);
    symbols.put("=", MaxComputeParserImplConstants.EQ);
    symbols.put("==", MaxComputeParserImplConstants.EQ);
    symbols.put("<=>", MaxComputeParserImplConstants.NULL_SAFE_EQUAL);
    symbols.put("<", MaxComputeParserImplConstants.LT);
    symbols.put("<=", MaxComputeParserImplConstants.LE);
    symbols.put(">", MaxComputeParserImplConstants.GT);
    symbols.put(">=", MaxComputeParserImplConstants.GE);
    symbols.put("<>", MaxComputeParserImplConstants.NE);
    symbols.put("!=", MaxComputeParserImplConstants.NE2);
    symbols.put("+", MaxComputeParserImplConstants.PLUS);
    symbols.put("-", MaxComputeParserImplConstants.MINUS);
    symbols.put("*", MaxComputeParserImplConstants.STAR);
    symbols.put("/", MaxComputeParserImplConstants.SLASH);
    symbols.put("%", MaxComputeParserImplConstants.PERCENT_REMAINDER);
    symbols.put("||", MaxComputeParserImplConstants.CONCAT);
    symbols.put("|", MaxComputeParserImplConstants.VERTICAL_BAR);
    symbols.put("&", MaxComputeParserImplConstants.AMPERSAND);
    symbols.put("^", MaxComputeParserImplConstants.CARET);
    symbols.put("->", MaxComputeParserImplConstants.LAMBDA);
    return symbols;
  }
}
