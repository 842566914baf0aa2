package io.tunnel.sql.parser;

/**
 * A piece of SQL text.
 *
 * @param text the word, number or symbol as written; the value of a string literal or of a quoted
 *     name
 * @param start offset of its first character
 * @param end offset behind its last character
 * @param line line of its first character, from 1
 * @param column column of its first character, from 1
 * @param endLine line of its last character
 * @param endColumn column of its last character
 */
public record Lexeme(
    Kind kind, String text, int start, int end, int line, int column, int endLine, int endColumn) {

  /** The kinds of lexemes. */
  public enum Kind {
    /** A name or a keyword. */
    WORD,
    /** A name in back-ticks. */
    QUOTED_NAME,
    /** A string literal in single or double quotes. */
    STRING,
    /** A number, possibly with a type suffix. */
    NUMBER,
    /** {@code ?}. */
    PARAMETER,
    /** An operator, bracket or comma. */
    SYMBOL,
    /** {@code ;}. */
    SEMICOLON,
    /** The end of the text. */
    END
  }

  /** Whether this is the given word, in any case. */
  public boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  /** Whether this is the given symbol. */
  public boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }
}
