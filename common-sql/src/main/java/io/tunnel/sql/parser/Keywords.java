package io.tunnel.sql.parser;

import io.tunnel.sql.parser.Lexeme.Kind;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides which words are keywords. State of one statement: it has to see every token in order.
 *
 * <p>Some words are always keywords. Others are only between certain neighbours, for example {@code
 * ROWS} before {@code BETWEEN}; anywhere else they are names.
 */
final class Keywords {
  private static final Map<String, Integer> WORDS = StatementTokens.words();

  /** Keywords wherever they stand, as in MaxCompute's own list of reserved words. */
  private static final Map<String, Integer> ALWAYS =
      select(
          "ALL",
          "AND",
          "ARRAY",
          "AS",
          "ASC",
          "BETWEEN",
          "BY",
          "CASE",
          "CAST",
          "CROSS",
          "DESC",
          "DISTINCT",
          "DIV",
          "ELSE",
          "END",
          "EXCEPT",
          "EXISTS",
          "FALSE",
          "FROM",
          "FULL",
          "GROUP",
          "HAVING",
          "IN",
          "INNER",
          "INTERSECT",
          "INTO",
          "IS",
          "JOIN",
          "LATERAL",
          "LEFT",
          "LIKE",
          "LIMIT",
          "MAP",
          "MINUS",
          "NATURAL",
          "NOT",
          "NULL",
          "ON",
          "OR",
          "ORDER",
          "OUTER",
          "OVER",
          "PARTITION",
          "QUALIFY",
          "RIGHT",
          "RLIKE",
          "SELECT",
          "SET",
          "TABLE",
          "THEN",
          "TRUE",
          "UNION",
          "USING",
          "VALUES",
          "WHEN",
          "WHERE",
          "WINDOW",
          "WITH");

  private static final Set<String> BEFORE_STRING =
      Set.of("DATE", "DATETIME", "JSON", "TIMESTAMP", "TIMESTAMP_NTZ", "ESCAPE");

  private static final Set<String> BEFORE_BY = Set.of("CLUSTER", "DISTRIBUTE", "SORT");

  private static final Set<String> UNITS =
      Set.of(
          "YEAR",
          "YEARS",
          "QUARTER",
          "QUARTERS",
          "MONTH",
          "MONTHS",
          "WEEK",
          "WEEKS",
          "DAY",
          "DAYS",
          "HOUR",
          "HOURS",
          "MINUTE",
          "MINUTES",
          "SECOND",
          "SECONDS",
          "TO");

  private static final int NAME = MaxComputeParserImplConstants.IDENTIFIER;

  private Lexeme previous = new Lexeme(Kind.END, "", 0, 0, 1, 1, 1, 1);
  private int previousKind;
  private boolean inInterval;
  private boolean inPivot;

  /** Tells of a token that went to the parser. */
  void passed(Lexeme lexeme, int kind) {
    if (kind == MaxComputeParserImplConstants.INTERVAL) {
      inInterval = true;
    } else if (isUnit(previous) && !lexeme.isWord("TO") && !previous.isWord("TO")) {
      inInterval = false;
    }
    if (kind == MaxComputeParserImplConstants.PIVOT
        || kind == MaxComputeParserImplConstants.UNPIVOT) {
      inPivot = true;
    } else if (kind == MaxComputeParserImplConstants.FOR) {
      inPivot = false;
    }
    previous = lexeme;
    previousKind = kind;
  }

  /** Whether a word is a keyword wherever it stands, and so never the name of something. */
  static boolean isReserved(String word) {
    return ALWAYS.containsKey(word.toUpperCase(Locale.ROOT));
  }

  /** Whether what was read last may be a table, to which something can be added. */
  private boolean isBehindTable() {
    return previous.isSymbol(")")
        || previousKind == NAME
        || previousKind == MaxComputeParserImplConstants.BACK_QUOTED_IDENTIFIER;
  }

  private boolean isUnit(Lexeme lexeme) {
    return inInterval && isUnitWord(lexeme);
  }

  private static boolean isUnitWord(Lexeme lexeme) {
    return lexeme.kind() == Kind.WORD && UNITS.contains(lexeme.text().toUpperCase(Locale.ROOT));
  }

  /** The token number for a word; the lexer stands behind it. */
  int kindOf(Lexeme word, SqlLexer lexer) {
    if (previous.isSymbol(".")) {
      return NAME;
    }
    String text = word.text().toUpperCase(Locale.ROOT);
    Integer always = ALWAYS.get(text);
    if (always != null) {
      return always;
    }
    Integer kind = WORDS.get(text);
    if (text.equals("REGEXP") && lexer.peek(0).kind() == Kind.STRING) {
      return MaxComputeParserImplConstants.RLIKE;
    }
    return kind != null && isKeywordHere(text, lexer) ? kind : NAME;
  }

  private boolean isKeywordHere(String text, SqlLexer lexer) {
    Lexeme next = lexer.peek(0);
    if (BEFORE_STRING.contains(text)) {
      return next.kind() == Kind.STRING;
    }
    if (BEFORE_BY.contains(text)) {
      return next.isWord("BY");
    }
    if (inInterval && UNITS.contains(text)) {
      return true;
    }
    return switch (text) {
      case "ANTI", "SEMI" -> previousKind == MaxComputeParserImplConstants.LEFT;
      case "BOTH", "LEADING", "TRAILING" -> previous.isSymbol("(") && next.kind() != Kind.SYMBOL;
      case "CUBE", "ROLLUP" -> next.isSymbol("(");
      case "CURRENT" -> next.isWord("ROW");
      case "EXCLUDE", "INCLUDE" ->
          previousKind == MaxComputeParserImplConstants.UNPIVOT && next.isWord("NULLS");
      case "EXTRACT" -> next.isSymbol("(");
      case "FILTER" -> next.isSymbol("(") && previous.isSymbol(")");
      case "FIRST", "LAST" -> previous.isWord("NULLS");
      case "FOLLOWING", "PRECEDING" ->
          (next.isWord("AND") || next.isSymbol(")"))
              && !previous.isSymbol("(")
              && !previous.isSymbol(",");
      case "FOR" -> inPivot;
      case "GROUPING" -> next.isWord("SETS");
      case "IGNORE", "RESPECT" -> next.isWord("NULLS");
      case "INSERT" ->
          previous.kind() == Kind.END || next.isWord("INTO") || next.isWord("OVERWRITE");
      case "INTERVAL" ->
          next.kind() == Kind.STRING
              || next.kind() == Kind.NUMBER
              || next.isSymbol("-")
              || next.isSymbol("(")
              || (next.kind() == Kind.WORD && isUnitWord(lexer.peek(1)));
      case "NULLS" ->
          next.isWord("FIRST")
              || next.isWord("LAST")
              || previous.isWord("IGNORE")
              || previous.isWord("RESPECT")
              || previousKind == MaxComputeParserImplConstants.EXCLUDE
              || previousKind == MaxComputeParserImplConstants.INCLUDE;
      case "OFFSET" -> next.kind() == Kind.NUMBER || next.kind() == Kind.PARAMETER;
      case "PIVOT", "TABLESAMPLE" -> next.isSymbol("(") && isBehindTable();
      case "RANGE", "ROWS" ->
          next.isWord("BETWEEN")
              || next.isWord("UNBOUNDED")
              || next.isWord("CURRENT")
              || next.kind() == Kind.NUMBER;
      case "RECURSIVE" -> previousKind == MaxComputeParserImplConstants.WITH;
      case "ROW" -> previous.isWord("CURRENT");
      case "SETS" -> previousKind == MaxComputeParserImplConstants.GROUPING;
      case "TRIM" ->
          next.isSymbol("(")
              && (lexer.peek(1).isWord("BOTH")
                  || lexer.peek(1).isWord("LEADING")
                  || lexer.peek(1).isWord("TRAILING"));
      case "UNBOUNDED" -> next.isWord("PRECEDING") || next.isWord("FOLLOWING");
      case "UNPIVOT" ->
          isBehindTable()
              && (next.isSymbol("(") || next.isWord("INCLUDE") || next.isWord("EXCLUDE"));
      case "VIEW" -> previousKind == MaxComputeParserImplConstants.LATERAL;
      case "WITHIN" -> next.isWord("GROUP");
      default -> false;
    };
  }

  private static Map<String, Integer> select(String... words) {
    Map<String, Integer> selected = new HashMap<>();
    for (String word : words) {
      Integer kind = WORDS.get(word);
      if (kind == null) {
        throw new IllegalStateException("The grammar has no token " + word);
      }
      selected.put(word, kind);
    }
    return selected;
  }
}
