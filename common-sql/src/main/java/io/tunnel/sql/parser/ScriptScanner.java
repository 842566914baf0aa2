package io.tunnel.sql.parser;

import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.parser.Lexeme.Kind;
import java.util.Arrays;

/** Reads a text by its lexical rules only. */
public final class ScriptScanner {
  private ScriptScanner() {}

  /** The offsets of the placeholders of all statements, ascending. */
  public static int[] parameterOffsets(String sql) throws SqlSyntaxException {
    int[] offsets = new int[8];
    int count = 0;
    SqlLexer lexer = new SqlLexer(sql);
    boolean startsStatement = true;
    try {
      while (true) {
        Lexeme lexeme = lexer.peek(0);
        if (lexeme.kind() == Kind.END) {
          return Arrays.copyOf(offsets, count);
        }
        Setting setting = startsStatement ? Setting.at(sql, lexeme) : null;
        if (setting != null) {
          lexer.skipTo(setting.end());
          continue;
        }
        lexer.next();
        startsStatement = lexeme.kind() == Kind.SEMICOLON;
        if (lexeme.kind() == Kind.PARAMETER) {
          if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
          }
          offsets[count++] = lexeme.start();
        }
      }
    } catch (LexerException e) {
      throw e.syntaxException();
    }
  }
}
