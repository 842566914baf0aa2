package io.tunnel.sql.parser;

import io.tunnel.sql.parser.Lexeme.Kind;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/**
 * The lexical rules of MaxCompute SQL, in one place for the parser, for scripts and for finding
 * placeholders: strings in single and double quotes with backslash escapes, names in back-ticks,
 * numbers with suffixes, comments ({@code -- …}, {@code /* … *}{@code /}, optimizer hints too).
 *
 * <p>Reads forward only; looks ahead as far as it is asked to. Not thread safe.
 */
public final class SqlLexer {
  private static final List<String> LONG_SYMBOLS =
      List.of("<=>", "<=", ">=", "<>", "!=", "==", "->", "=>", "||");
  private static final int MOST_EXPONENT_DIGITS = 4;
  private static final String SHORT_SYMBOLS = "()[]{},.=<>+-*/%|&^:~!@#$\\";

  private final String sql;
  private final ArrayDeque<Lexeme> ahead = new ArrayDeque<>();
  private int position;
  private int line = 1;
  private int lineStart;

  /** A lexer at the start of a text. */
  public SqlLexer(String sql) {
    this.sql = sql;
  }

  /**
   * Takes the next lexeme; the last one is {@link Kind#END}, any number of times.
   *
   * @throws LexerException for a character that starts nothing, or something without its end
   */
  public Lexeme next() {
    Lexeme first = ahead.poll();
    return first != null ? first : scan();
  }

  /** The lexeme that many places ahead, 0 for the one that {@link #next()} would take. */
  public Lexeme peek(int distance) {
    while (ahead.size() <= distance) {
      ahead.add(scan());
    }
    if (distance == 0) {
      return ahead.element();
    }
    Iterator<Lexeme> lexemes = ahead.iterator();
    for (int i = 0; i < distance; i++) {
      lexemes.next();
    }
    return lexemes.next();
  }

  /** Goes on reading at an offset behind everything that was taken so far. */
  void skipTo(int offset) {
    Lexeme next = ahead.peek();
    if (next != null) {
      position = next.start();
      line = next.line();
      lineStart = next.start() - next.column() + 1;
      ahead.clear();
    }
    while (position < offset) {
      advance();
    }
  }

  private Lexeme scan() {
    skipBlanksAndComments();
    if (position == sql.length()) {
      int column = position - lineStart + 1;
      return new Lexeme(Kind.END, "", position, position, line, column, line, column);
    }
    char c = sql.charAt(position);
    if (c == '\'' || c == '"') {
      return string(c);
    }
    if (c == '`') {
      return quotedName();
    }
    if (isDigit(c)
        || (c == '.' && position + 1 < sql.length() && isDigit(sql.charAt(position + 1)))) {
      return number();
    }
    if (isWordStart(sql.codePointAt(position))) {
      return word();
    }
    if (c == '?') {
      return single(Kind.PARAMETER, 1);
    }
    if (c == ';') {
      return single(Kind.SEMICOLON, 1);
    }
    for (String symbol : LONG_SYMBOLS) {
      if (sql.startsWith(symbol, position)) {
        return single(Kind.SYMBOL, symbol.length());
      }
    }
    if (SHORT_SYMBOLS.indexOf(c) >= 0) {
      return single(Kind.SYMBOL, 1);
    }
    String shown =
        c < ' '
            ? String.format("\\u%04x", (int) c)
            : sql.substring(position, sql.offsetByCodePoints(position, 1));
    throw here("invalid character '" + shown + "'");
  }

  private void skipBlanksAndComments() {
    while (position < sql.length()) {
      char c = sql.charAt(position);
      if (Character.isWhitespace(c) || c == '\u00a0' || c == '\ufeff') {
        advance();
      } else if (sql.startsWith("--", position)) {
        while (position < sql.length() && sql.charAt(position) != '\n') {
          position++;
        }
      } else if (sql.startsWith("/*", position)) {
        int end = sql.indexOf("*/", position + 2);
        if (end < 0) {
          throw here("the comment has no end");
        }
        while (position < end + 2) {
          advance();
        }
      } else {
        return;
      }
    }
  }

  private void advance() {
    char c = sql.charAt(position++);
    if (c == '\n' || (c == '\r' && (position == sql.length() || sql.charAt(position) != '\n'))) {
      line++;
      lineStart = position;
    }
  }

  private Lexeme single(Kind kind, int length) {
    int start = position;
    position += length;
    return onThisLine(kind, sql.substring(start, position), start);
  }

  private Lexeme onThisLine(Kind kind, String text, int start) {
    return new Lexeme(
        kind, text, start, position, line, start - lineStart + 1, line, position - lineStart);
  }

  private Lexeme word() {
    int start = position;
    while (position < sql.length() && isWordPart(sql.codePointAt(position))) {
      position += Character.charCount(sql.codePointAt(position));
    }
    return onThisLine(Kind.WORD, sql.substring(start, position), start);
  }

  private Lexeme number() {
    int start = position;
    skipDigits();
    if (position < sql.length() && sql.charAt(position) == '.') {
      position++;
      skipDigits();
    }
    if (position < sql.length() && (sql.charAt(position) | 0x20) == 'e') {
      int digits = position + 1;
      if (digits < sql.length() && (sql.charAt(digits) == '+' || sql.charAt(digits) == '-')) {
        digits++;
      }
      if (digits < sql.length() && isDigit(sql.charAt(digits))) {
        position = digits;
        skipDigits();
        requireSmallExponent(start, digits);
      }
    }
    int suffix = position;
    while (position < sql.length() && isWordPart(sql.codePointAt(position))) {
      position += Character.charCount(sql.codePointAt(position));
    }
    switch (sql.substring(suffix, position).toUpperCase(java.util.Locale.ROOT)) {
      case "", "L", "S", "Y", "F", "D", "BD" -> {}
      default -> {
        String text = sql.substring(start, position);
        position = start;
        throw here("invalid token '" + text + "'");
      }
    }
    return onThisLine(Kind.NUMBER, sql.substring(start, position), start);
  }

  /** No type holds more; a number written out would take as much memory as its exponent says. */
  private void requireSmallExponent(int start, int digits) {
    int first = digits;
    while (first < position && sql.charAt(first) == '0') {
      first++;
    }
    if (position - first > MOST_EXPONENT_DIGITS) {
      String text = sql.substring(start, position);
      position = start;
      throw here("the exponent of '" + text + "' is too large");
    }
  }

  private void skipDigits() {
    while (position < sql.length() && isDigit(sql.charAt(position))) {
      position++;
    }
  }

  private Lexeme quotedName() {
    int start = position;
    int firstLine = line;
    int column = start - lineStart + 1;
    StringBuilder name = new StringBuilder();
    position++;
    while (true) {
      if (position == sql.length()) {
        throw new LexerException(firstLine, column, "the name in back-ticks has no end");
      }
      char c = sql.charAt(position);
      advance();
      if (c != '`') {
        name.append(c);
      } else if (position < sql.length() && sql.charAt(position) == '`') {
        name.append('`');
        position++;
      } else {
        break;
      }
    }
    if (name.isEmpty()) {
      throw new LexerException(firstLine, column, "the name in back-ticks is empty");
    }
    return new Lexeme(
        Kind.QUOTED_NAME,
        name.toString(),
        start,
        position,
        firstLine,
        column,
        line,
        position - lineStart);
  }

  private Lexeme string(char quote) {
    int start = position;
    int firstLine = line;
    int column = start - lineStart + 1;
    boolean escapes = false;
    position++;
    while (true) {
      if (position >= sql.length()) {
        throw new LexerException(firstLine, column, "the string literal has no end");
      }
      char c = sql.charAt(position);
      advance();
      if (c == quote) {
        break;
      }
      if (c == '\\') {
        escapes = true;
        if (position < sql.length()) {
          advance();
        }
      }
    }
    String raw = sql.substring(start + 1, position - 1);
    String value = escapes ? StringEscapes.decode(raw) : raw;
    return new Lexeme(
        Kind.STRING,
        value,
        start,
        position,
        firstLine,
        column,
        line,
        Math.max(1, position - lineStart));
  }

  private LexerException here(String detail) {
    return new LexerException(line, position - lineStart + 1, detail);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(int c) {
    return c == '_' || (c < 128 ? (c | 0x20) >= 'a' && (c | 0x20) <= 'z' : Character.isLetter(c));
  }

  private static boolean isWordPart(int c) {
    return c == '_'
        || (c < 128 ? isWordStart(c) || (c >= '0' && c <= '9') : Character.isLetterOrDigit(c));
  }
}
