package io.tunnel.sql.parser;

import io.tunnel.sql.SqlSyntaxException;
import java.util.TreeSet;
import org.apache.calcite.runtime.CalciteContextException;

/** Says the errors of the generated parser in the service's words. */
final class SyntaxErrors {
  private static final int MOST_EXPECTED = 4;

  private SyntaxErrors() {}

  static LexerException lexerException(ParseException e) {
    Token next = e.currentToken.next;
    StringBuilder detail = new StringBuilder();
    if (next.kind == MaxComputeParserImplConstants.EOF) {
      detail.append("the statement ends too early");
    } else {
      detail.append("invalid token '").append(shown(next)).append('\'');
    }
    String expected = expected(e);
    if (!expected.isEmpty()) {
      detail.append(", expected ").append(expected);
    }
    return new LexerException(next.beginLine, next.beginColumn, detail.toString());
  }

  static SqlSyntaxException syntaxException(CalciteContextException e) {
    Throwable cause = e.getCause();
    String message = cause == null ? e.getMessage() : cause.getMessage();
    return new SqlSyntaxException(e.getPosLine(), e.getPosColumn(), String.valueOf(message));
  }

  private static String shown(Token token) {
    String text = token instanceof SourceToken source ? source.written() : token.image;
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static String expected(ParseException e) {
    if (e.expectedTokenSequences == null) {
      return String.valueOf(e.getMessage());
    }
    TreeSet<String> words = new TreeSet<>();
    for (int[] sequence : e.expectedTokenSequences) {
      if (sequence.length > 0) {
        words.add(MaxComputeParserImplConstants.tokenImage[sequence[0]].replace("\"", ""));
      }
    }
    return words.size() <= MOST_EXPECTED ? String.join(" or ", words) : "";
  }
}
