package io.tunnel.sql.parser;

import io.tunnel.sql.parser.Lexeme.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What stands in the parentheses of TABLESAMPLE. */
public sealed interface TableSample {

  /** A part of the rows, each taken by chance. */
  record Percent(BigDecimal percent) implements TableSample {
    @Override
    public String written() {
      return "percent" + SEPARATOR + percent.toPlainString();
    }
  }

  /** A number of rows. */
  record Rows(long count) implements TableSample {
    @Override
    public String written() {
      return "rows" + SEPARATOR + count;
    }
  }

  /**
   * The rows of one bucket.
   *
   * @param number the bucket, from 1
   * @param buckets how many there are
   * @param columns whose values decide; none means that chance does
   */
  record Bucket(long number, long buckets, List<String> columns) implements TableSample {
    @Override
    public String written() {
      return "bucket"
          + SEPARATOR
          + number
          + SEPARATOR
          + buckets
          + (columns.isEmpty() ? "" : SEPARATOR + String.join(SEPARATOR, columns));
    }
  }

  /** Between the parts of the text form. */
  String SEPARATOR = "\u0001";

  /** The text from which {@link #of} makes the sample again. */
  String written();

  /** The sample of a text of {@link #written}. */
  static TableSample of(String written) {
    String[] parts = written.split(SEPARATOR, -1);
    return switch (parts[0]) {
      case "percent" -> new Percent(new BigDecimal(parts[1]));
      case "rows" -> new Rows(Long.parseLong(parts[1]));
      default ->
          new Bucket(
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              List.of(parts).subList(3, parts.length));
    };
  }

  /** Reads the parentheses and what is in them. */
  static TableSample read(SqlLexer lexer) {
    lexer.next();
    TableSample sample = lexer.peek(0).isWord("BUCKET") ? bucket(lexer) : part(lexer);
    expect(lexer, lexer.peek(0).isSymbol(")"), ")");
    return sample;
  }

  private static TableSample part(SqlLexer lexer) {
    Lexeme number = lexer.peek(0);
    expect(lexer, isPlainNumber(number), "a number");
    Lexeme unit = lexer.peek(0);
    expect(lexer, unit.isWord("PERCENT") || unit.isWord("ROWS"), "PERCENT or ROWS");
    BigDecimal value = new BigDecimal(number.text());
    if (unit.isWord("ROWS")) {
      return new Rows(whole(number));
    }
    if (value.compareTo(BigDecimal.valueOf(100)) > 0) {
      throw error(number, "a sample has at most 100 PERCENT, not " + number.text());
    }
    return new Percent(value);
  }

  private static TableSample bucket(SqlLexer lexer) {
    lexer.next();
    Lexeme number = lexer.peek(0);
    expect(lexer, isPlainNumber(number), "a number");
    expect(lexer, lexer.peek(0).isWord("OUT"), "OUT");
    expect(lexer, lexer.peek(0).isWord("OF"), "OF");
    Lexeme buckets = lexer.peek(0);
    expect(lexer, isPlainNumber(buckets), "a number");
    List<String> columns = new ArrayList<>();
    if (lexer.peek(0).isWord("ON")) {
      do {
        lexer.next();
        Lexeme column = lexer.peek(0);
        if (column.isWord("RAND") && lexer.peek(1).isSymbol("(") && lexer.peek(2).isSymbol(")")) {
          lexer.next();
          lexer.next();
          lexer.next();
        } else {
          expect(
              lexer,
              column.kind() == Kind.WORD || column.kind() == Kind.QUOTED_NAME,
              "the name of a column or rand()");
          columns.add(column.text().toLowerCase(java.util.Locale.ROOT));
        }
      } while (lexer.peek(0).isSymbol(","));
    }
    if (whole(number) < 1 || whole(number) > whole(buckets)) {
      throw error(number, "there is no bucket " + number.text() + " out of " + buckets.text());
    }
    return new Bucket(whole(number), whole(buckets), columns);
  }

  private static boolean isPlainNumber(Lexeme lexeme) {
    return lexeme.kind() == Kind.NUMBER && lexeme.text().matches("[0-9.]+");
  }

  private static long whole(Lexeme number) {
    try {
      return Long.parseLong(number.text());
    } catch (NumberFormatException e) {
      throw error(number, "'" + number.text() + "' is no whole number");
    }
  }

  private static void expect(SqlLexer lexer, boolean fits, String what) {
    Lexeme next = lexer.peek(0);
    if (!fits) {
      throw error(next, "invalid token '" + next.text() + "', expected " + what);
    }
    lexer.next();
  }

  private static LexerException error(Lexeme place, String detail) {
    return new LexerException(place.line(), place.column(), detail);
  }
}
