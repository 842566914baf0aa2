package io.tunnel.sql.parser;

import io.tunnel.sql.parser.Lexeme.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings forms that Calcite's grammar does not have into forms that it has, token by token:
 *
 * <ul>
 *   <li>{@code FROM VALUES (1), (2) t(a)} gets parentheses around VALUES
 *   <li>{@code LATERAL VIEW f(x) t AS a, b} becomes {@code LATERAL VIEW TABLE(f(x)) t (a, b)}
 *   <li>{@code f(x) AS (a, b)} in a select list becomes an alias that holds both names, see {@link
 *       #names}
 *   <li>{@code * EXCEPT (a)} and {@code * REPLACE (x AS a)} become calls of {@link #EXCEPT} and
 *       {@link #REPLACE}
 *   <li>{@code TABLESAMPLE (10 PERCENT)} becomes {@code TABLESAMPLE SUBSTITUTE ('…')} with the text
 *       of a {@link TableSample}
 * </ul>
 *
 * <p>State of one statement: it has to see every token in order.
 */
public final class ClauseForms {
  /** A function with the names of columns, possibly with the name of a table before its own. */
  public static final String EXCEPT = "tunnel_star_except";

  /** As {@link #EXCEPT}, with values and names in turns. */
  public static final String REPLACE = "tunnel_star_replace";

  /** Between the names of an alias for several columns. */
  private static final char SEPARATOR = '\u0001';

  private final String sql;
  private final Deque<SourceToken> waiting = new ArrayDeque<>();

  /** The forms that have begun and not ended. */
  private final Deque<Form> open = new ArrayDeque<>();

  private @Nullable SourceToken previous;
  private int depth;

  ClauseForms(String sql) {
    this.sql = sql;
  }

  private enum Kinds {
    VALUES,
    VIEW,
    STAR
  }

  private static final class Form {
    final Kinds kind;

    /** How many of its parentheses are open. */
    int depth;

    /** Whether the function of a LATERAL VIEW has come. */
    boolean hasFunction;

    Form(Kinds kind) {
      this.kind = kind;
    }
  }

  /** The names in an alias, usually one. */
  public static String[] names(String alias) {
    return alias.split(String.valueOf(SEPARATOR), -1);
  }

  /** The next token that goes to the parser before anything else is read, or null. */
  @Nullable SourceToken poll() {
    return waiting.poll();
  }

  /** Takes a token that was read; returns the one that goes to the parser in its place, or null. */
  @Nullable SourceToken pass(SourceToken token, SqlLexer lexer) {
    if (depth > 0 && isSpreading(token)) {
      skipSpreading(lexer);
      return null;
    }
    if (token.kind == MaxComputeParserImplConstants.IDENTIFIER
        && (token.lexeme().isWord("TIMESTAMP") || token.lexeme().isWord("VERSION"))
        && lexer.peek(0).isWord("AS")
        && lexer.peek(1).isWord("OF")) {
      throw new LexerException(
          token.beginLine,
          token.beginColumn,
          "time travel with " + token.image + " AS OF is not supported by this server");
    }
    if (token.kind == MaxComputeParserImplConstants.TABLESAMPLE) {
      return sample(token, lexer);
    }
    SourceToken before = previous;
    previous = token;
    if (startsValues(before, token)) {
      open.push(new Form(Kinds.VALUES));
      waiting.add(token);
      return symbol(MaxComputeParserImplConstants.LPAREN, "(", token.lexeme());
    }
    Form form = open.peek();
    if (form != null && form.kind == Kinds.VIEW && !form.hasFunction) {
      if (token.kind != MaxComputeParserImplConstants.OUTER) {
        form.hasFunction = true;
        waiting.add(symbol(MaxComputeParserImplConstants.LPAREN, "(", token.lexeme()));
        waiting.add(token);
        return symbol(MaxComputeParserImplConstants.TABLE, "TABLE", token.lexeme());
      }
      return token;
    }
    String star = star(token, lexer);
    if (star != null) {
      open.push(new Form(Kinds.STAR));
      lexer.next();
      return symbol(MaxComputeParserImplConstants.IDENTIFIER, star, token.lexeme());
    }
    if (isNameInStar(token, lexer)) {
      Lexeme name = lexer.next();
      waiting.add(
          symbol(
              MaxComputeParserImplConstants.QUOTED_STRING,
              "'" + name.text().replace("'", "''") + "'",
              name));
      return symbol(MaxComputeParserImplConstants.COMMA, ",", token.lexeme());
    }
    if (token.kind == MaxComputeParserImplConstants.VIEW) {
      open.push(new Form(Kinds.VIEW));
    } else if (token.kind == MaxComputeParserImplConstants.AS && isAliasList(before, lexer)) {
      waiting.add(aliasList(lexer));
    } else {
      parenthesis(token, lexer);
    }
    return token;
  }

  private static boolean startsValues(@Nullable SourceToken before, SourceToken token) {
    return token.kind == MaxComputeParserImplConstants.VALUES
        && before != null
        && (before.kind == MaxComputeParserImplConstants.FROM
            || before.kind == MaxComputeParserImplConstants.JOIN
            || before.kind == MaxComputeParserImplConstants.COMMA);
  }

  private static boolean isSpreading(SourceToken token) {
    return token.kind == MaxComputeParserImplConstants.DISTRIBUTE
        || token.kind == MaxComputeParserImplConstants.CLUSTER
        || token.kind == MaxComputeParserImplConstants.SORT;
  }

  /** Goes to the end of the subquery or to the next clause. */
  private static void skipSpreading(SqlLexer lexer) {
    int open = 0;
    while (true) {
      Lexeme next = lexer.peek(0);
      boolean ends =
          next.isSymbol(")")
              || next.isWord("LIMIT")
              || next.isWord("SORT")
              || next.isWord("ORDER")
              || next.isWord("UNION");
      if (next.kind() == Kind.END || next.kind() == Kind.SEMICOLON || (ends && open == 0)) {
        return;
      }
      lexer.next();
      open += next.isSymbol("(") ? 1 : next.isSymbol(")") ? -1 : 0;
    }
  }

  /** Reads {@code (10 PERCENT) s}; the alias goes before it, where the grammar has it. */
  private SourceToken sample(SourceToken token, SqlLexer lexer) {
    String sample = TableSample.read(lexer).written();
    List<SourceToken> tokens = new ArrayList<>();
    if (isAliasBehindSample(lexer)) {
      if (lexer.peek(0).isWord("AS")) {
        lexer.next();
      }
      tokens.add(name(lexer.next()));
    }
    Lexeme place = token.lexeme();
    tokens.add(token);
    tokens.add(symbol(MaxComputeParserImplConstants.SUBSTITUTE, "SUBSTITUTE", place));
    tokens.add(symbol(MaxComputeParserImplConstants.LPAREN, "(", place));
    tokens.add(
        symbol(
            MaxComputeParserImplConstants.QUOTED_STRING,
            "'" + sample.replace("'", "''") + "'",
            place));
    tokens.add(symbol(MaxComputeParserImplConstants.RPAREN, ")", place));
    waiting.addAll(tokens.subList(1, tokens.size()));
    return tokens.get(0);
  }

  private static boolean isAliasBehindSample(SqlLexer lexer) {
    Lexeme next = lexer.peek(0);
    Lexeme after = lexer.peek(1);
    return next.isWord("AS")
        || next.kind() == Kind.QUOTED_NAME
        || (next.kind() == Kind.WORD
            && !Keywords.isReserved(next.text())
            && !after.isWord("BY")
            && !after.isWord("INTO")
            && !after.isWord("OVERWRITE"));
  }

  private static @Nullable String star(SourceToken token, SqlLexer lexer) {
    if (token.kind != MaxComputeParserImplConstants.STAR
        || !lexer.peek(1).isSymbol("(")
        || lexer.peek(2).isWord("SELECT")) {
      return null;
    }
    Lexeme word = lexer.peek(0);
    if (word.isWord("EXCEPT") || word.isWord("EXCLUDE")) {
      return EXCEPT;
    }
    return word.isWord("REPLACE") ? REPLACE : null;
  }

  private boolean isNameInStar(SourceToken token, SqlLexer lexer) {
    Form form = open.peek();
    return token.kind == MaxComputeParserImplConstants.AS
        && form != null
        && form.kind == Kinds.STAR
        && form.depth == 1
        && isName(lexer.peek(0));
  }

  private void parenthesis(SourceToken token, SqlLexer lexer) {
    depth +=
        token.kind == MaxComputeParserImplConstants.LPAREN
            ? 1
            : token.kind == MaxComputeParserImplConstants.RPAREN ? -1 : 0;
    Form form = open.peek();
    if (form != null) {
      count(form, token, lexer);
    }
  }

  private void count(Form form, SourceToken token, SqlLexer lexer) {
    if (token.kind == MaxComputeParserImplConstants.LPAREN) {
      form.depth++;
    } else if (token.kind == MaxComputeParserImplConstants.RPAREN) {
      form.depth--;
      if (form.depth < 0) {
        open.pop();
        Form outer = open.peek();
        if (outer != null) {
          count(outer, token, lexer);
        }
      } else if (form.depth == 0 && form.kind == Kinds.VIEW) {
        open.pop();
        waiting.add(symbol(MaxComputeParserImplConstants.RPAREN, ")", token.lexeme()));
        columnsOfView(lexer);
      } else if (form.depth == 0 && form.kind == Kinds.STAR) {
        open.pop();
      } else if (form.depth == 0 && !isAnotherRow(lexer)) {
        open.pop();
        waiting.add(symbol(MaxComputeParserImplConstants.RPAREN, ")", token.lexeme()));
      }
    }
  }

  private static boolean isAnotherRow(SqlLexer lexer) {
    return lexer.peek(0).isSymbol(",") && lexer.peek(1).isSymbol("(");
  }

  /** Reads {@code t AS a, b}. */
  private void columnsOfView(SqlLexer lexer) {
    if (!isName(lexer.peek(0)) || !lexer.peek(1).isWord("AS") || !isName(lexer.peek(2))) {
      return;
    }
    waiting.add(name(lexer.next()));
    waiting.add(symbol(MaxComputeParserImplConstants.LPAREN, "(", lexer.next()));
    Lexeme last = lexer.next();
    waiting.add(name(last));
    while (lexer.peek(0).isSymbol(",") && isName(lexer.peek(1))) {
      waiting.add(symbol(MaxComputeParserImplConstants.COMMA, ",", lexer.next()));
      last = lexer.next();
      waiting.add(name(last));
    }
    waiting.add(symbol(MaxComputeParserImplConstants.RPAREN, ")", last));
  }

  private static boolean isAliasList(@Nullable SourceToken before, SqlLexer lexer) {
    return before != null
        && before.kind == MaxComputeParserImplConstants.RPAREN
        && lexer.peek(0).isSymbol("(")
        && isName(lexer.peek(1))
        && (lexer.peek(2).isSymbol(",") || lexer.peek(2).isSymbol(")"));
  }

  private SourceToken aliasList(SqlLexer lexer) {
    lexer.next();
    Lexeme first = lexer.next();
    StringBuilder names = new StringBuilder(first.text());
    while (lexer.peek(0).isSymbol(",") && isName(lexer.peek(1))) {
      lexer.next();
      names.append(SEPARATOR).append(lexer.next().text());
    }
    if (!lexer.peek(0).isSymbol(")")) {
      Lexeme wrong = lexer.peek(0);
      throw new LexerException(
          wrong.line(), wrong.column(), "invalid token '" + wrong.text() + "', expected )");
    }
    lexer.next();
    return quoted(names.toString(), first);
  }

  private static boolean isName(Lexeme lexeme) {
    return lexeme.kind() == Kind.WORD || lexeme.kind() == Kind.QUOTED_NAME;
  }

  private SourceToken name(Lexeme lexeme) {
    return quoted(lexeme.text(), lexeme);
  }

  private SourceToken quoted(String text, Lexeme lexeme) {
    return new SourceToken(
        MaxComputeParserImplConstants.BACK_QUOTED_IDENTIFIER,
        "`" + text.replace("`", "``") + "`",
        sql,
        lexeme);
  }

  private SourceToken symbol(int kind, String image, Lexeme lexeme) {
    return new SourceToken(kind, image, sql, lexeme);
  }
}
