package io.tunnel.sql.parser;

import io.tunnel.sql.Script;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.parser.Lexeme.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/** Parses a text, once. */
public final class StatementParser {
  private final String sql;
  private final SqlLexer lexer;

  /** A parser at the start of a text. */
  public StatementParser(String sql) {
    this.sql = sql;
    this.lexer = new SqlLexer(sql);
  }

  /** Parses the whole text as statements. */
  public Script script() throws SqlSyntaxException {
    Map<String, String> settings = new LinkedHashMap<>();
    List<Statement> statements = new ArrayList<>();
    try {
      while (true) {
        Lexeme first = lexer.peek(0);
        if (first.kind() == Kind.END) {
          return new Script(settings, statements);
        }
        if (first.kind() == Kind.SEMICOLON) {
          lexer.next();
          continue;
        }
        Setting setting = Setting.at(sql, first);
        if (setting != null) {
          settings.put(setting.key(), setting.value());
          lexer.skipTo(setting.end());
        } else {
          statements.add(statement());
        }
      }
    } catch (LexerException e) {
      throw e.syntaxException();
    }
  }

  private Statement statement() throws SqlSyntaxException {
    return parse(
        parser -> {
          try {
            return parser.MaxComputeStatementEof();
          } catch (ParseException e) {
            throw SyntaxErrors.lexerException(e);
          }
        });
  }

  /** Parses the whole text as a type. */
  public DataTypeName type() throws SqlSyntaxException {
    return parse(
        parser -> {
          try {
            return parser.MaxComputeTypeEof();
          } catch (ParseException e) {
            throw SyntaxErrors.lexerException(e);
          }
        });
  }

  private <T> T parse(Function<MaxComputeParserImpl, T> production) throws SqlSyntaxException {
    MaxComputeParserImpl parser = new MaxComputeParserImpl(new StatementTokens(lexer, sql));
    parser.setUnquotedCasing(Casing.TO_LOWER);
    parser.setQuotedCasing(Casing.TO_LOWER);
    parser.setIdentifierMaxLength(1024);
    parser.setConformance(SqlConformanceEnum.BABEL);
    Lexeme first = lexer.peek(0);
    try {
      return production.apply(parser);
    } catch (LexerException e) {
      throw e.syntaxException();
    } catch (CalciteContextException e) {
      throw SyntaxErrors.syntaxException(e);
    } catch (StackOverflowError e) {
      throw new SqlSyntaxException(
          first.line(), first.column(), "the statement is nested too deeply");
    }
  }
}
