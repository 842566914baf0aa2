package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Makes the nodes that rewritten trees are built of. */
final class DuckDbNodes {
  /** A precedence that never asks for parentheses: what binds less has its own. */
  private static final int CLOSED = 200;

  private DuckDbNodes() {}

  /** A call of a DuckDB function or macro. */
  static SqlCall call(String function, SqlNode... arguments) {
    return call(function, null, List.of(arguments));
  }

  /** A call with DISTINCT, when the quantifier says so. */
  static SqlCall call(String function, @Nullable SqlLiteral quantifier, List<SqlNode> arguments) {
    SqlFunction operator =
        new SqlFunction(
            function,
            SqlKind.OTHER_FUNCTION,
            null,
            null,
            null,
            SqlFunctionCategory.USER_DEFINED_FUNCTION);
    return operator.createCall(quantifier, SqlParserPos.ZERO, arguments);
  }

  /** A piece of SQL with holes: {@code {0}}, {@code {1}} stand for the arguments. */
  static SqlNode template(String pattern, SqlNode... arguments) {
    return new SqlSpecialOperator("template", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        int from = 0;
        for (int hole = pattern.indexOf('{'); hole >= 0; hole = pattern.indexOf('{', from)) {
          print(writer, pattern.substring(from, hole));
          // What is no single term gets parentheses, whatever stands around the hole.
          int end = pattern.indexOf('}', hole);
          call.operand(Integer.parseInt(pattern.substring(hole + 1, end)))
              .unparse(writer, 100, 100);
          from = end + 1;
        }
        print(writer, pattern.substring(from));
      }
    }.createCall(SqlParserPos.ZERO, arguments);
  }

  private static void print(SqlWriter writer, String text) {
    if (!text.isEmpty()) {
      writer.print(text);
    }
  }

  /** A named argument or field, {@code "name" := value}. */
  static SqlNode named(String name, SqlNode value) {
    return new SqlSpecialOperator("named", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        writer.print(DuckDbDialect.quoted(name) + " :=");
        writer.setNeedWhitespace(true);
        call.operand(0).unparse(writer, 0, 0);
      }
    }.createCall(SqlParserPos.ZERO, value);
  }

  /** Text before a node. */
  static SqlNode prefixed(String text, SqlNode node) {
    return new SqlSpecialOperator("prefixed", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        writer.print(text);
        writer.setNeedWhitespace(true);
        call.operand(0).unparse(writer, 0, 0);
      }
    }.createCall(SqlParserPos.ZERO, node);
  }

  /** SQL text as it is. */
  static SqlNode raw(String text) {
    return new SqlSpecialOperator("raw", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        writer.print(text);
        writer.setNeedWhitespace(true);
      }
    }.createCall(SqlParserPos.ZERO);
  }

  static SqlNode string(String value) {
    return SqlLiteral.createCharString(value, SqlParserPos.ZERO);
  }

  static SqlNode cast(SqlNode node, String duckDbType) {
    return template("CAST({0} AS " + duckDbType + ")", node);
  }

  /** A binary operator of DuckDB, in parentheses. */
  static SqlNode binary(SqlNode left, String operator, SqlNode right) {
    return new SqlBinaryOperator(operator, SqlKind.OTHER, 2, true, null, null, null) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        SqlWriter.Frame frame = writer.startList("(", ")");
        call.operand(0).unparse(writer, 100, 100);
        writer.print(operator);
        writer.setNeedWhitespace(true);
        call.operand(1).unparse(writer, 100, 100);
        writer.endList(frame);
      }
    }.createCall(SqlParserPos.ZERO, left, right);
  }

  /** The value of a string literal, or null for any other node. */
  static @Nullable String stringValue(SqlNode node) {
    return node instanceof SqlLiteral literal && literal.getValue() instanceof NlsString string
        ? string.getValue()
        : null;
  }
}
