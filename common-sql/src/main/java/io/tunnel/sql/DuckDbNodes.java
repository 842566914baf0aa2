package io.tunnel.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Makes the nodes that rewritten trees are built of. */
final class DuckDbNodes {
  /** A precedence that never asks for parentheses: what binds less has its own. */
  private static final int CLOSED = 200;

  /**
   * The macros of macros.sql that choose by the types of their arguments. DuckDB does not know the
   * type of an aggregate, of a window function or of a lambda's parameter when it chooses; there
   * the form takes part that ends in {@code _any}.
   */
  private static final Pattern CHOOSING =
      Pattern.compile(
          "\\bmc_(number|string|binary|integer|time|datetime|clock|day|eq|lt|le|divide"
              + "|round|trunc|concat_ws|part|dateadd|datetrunc|instant|index|position)(?=\\(|$)");

  private static final Set<String> AGGREGATES =
      Set.of(
          "any_value",
          "approx_count_distinct",
          "arg_max",
          "arg_min",
          "avg",
          "bit_and",
          "bit_or",
          "bit_xor",
          "bool_and",
          "bool_or",
          "corr",
          "count",
          "count_if",
          "covar_pop",
          "covar_samp",
          "max",
          "median",
          "min",
          "stddev_pop",
          "stddev_samp",
          "sum",
          "var_pop",
          "var_samp");

  /** Aggregates and window functions that give a number whatever they are called with. */
  private static final Set<String> NUMBERS =
      Set.of(
          "approx_count_distinct",
          "avg",
          "corr",
          "count",
          "count_if",
          "covar_pop",
          "covar_samp",
          "cume_dist",
          "dense_rank",
          "median",
          "ntile",
          "percent_rank",
          "rank",
          "row_number",
          "stddev_pop",
          "stddev_samp",
          "sum",
          "var_pop",
          "var_samp");

  private static final Pattern AGGREGATE_CALL =
      Pattern.compile("\\b(list|string_agg|quantile_cont|arg_max|arg_min)\\(");

  private DuckDbNodes() {}

  private static String chosen(String text, List<SqlNode> arguments) {
    return text.contains("mc_") && arguments.stream().anyMatch(DuckDbNodes::hasUnknownType)
        ? withoutChoice(text)
        : text;
  }

  private static String withoutChoice(String text) {
    return CHOOSING.matcher(text).replaceAll("mc_$1_any");
  }

  /** Whether a rewritten node is a number without any doubt. */
  static boolean isNumber(SqlNode node) {
    return node.getKind() == SqlKind.OVER
        ? isNumber(((SqlCall) node).operand(0))
        : node instanceof SqlNumericLiteral
            || (node instanceof SqlCall call
                && NUMBERS.contains(call.getOperator().getName().toLowerCase(Locale.ROOT)));
  }

  private static boolean hasUnknownType(@Nullable SqlNode node) {
    if (!(node instanceof SqlCall call) || node.isA(SqlKind.QUERY)) {
      return node instanceof SqlNodeList list
          && list.stream().anyMatch(DuckDbNodes::hasUnknownType);
    }
    return node.getKind() == SqlKind.OVER
        || AGGREGATES.contains(call.getOperator().getName().toLowerCase(Locale.ROOT))
        || (call.getOperator() instanceof Template template
            && AGGREGATE_CALL.matcher(template.pattern).find())
        || call.getOperandList().stream().anyMatch(DuckDbNodes::hasUnknownType);
  }

  /** The body of a lambda, in which nothing chooses by types. */
  static SqlNode untyped(SqlNode body) {
    SqlNode changed =
        body.accept(
            new SqlShuttle() {
              @Override
              public @Nullable SqlNode visit(SqlCall call) {
                SqlNode inner = super.visit(call);
                if (!(inner instanceof SqlCall rebuilt)) {
                  return inner;
                }
                List<SqlNode> operands = rebuilt.getOperandList();
                if (rebuilt.getOperator() instanceof Template template) {
                  return new Template(withoutChoice(template.pattern))
                      .createCall(SqlParserPos.ZERO, operands);
                }
                String name = rebuilt.getOperator().getName();
                return name.startsWith("mc_")
                    ? function(withoutChoice(name), rebuilt.getFunctionQuantifier(), operands)
                    : rebuilt;
              }
            });
    return Objects.requireNonNull(changed);
  }

  /** A call of a DuckDB function or macro. */
  static SqlCall call(String function, SqlNode... arguments) {
    return call(function, null, List.of(arguments));
  }

  /** A call with DISTINCT, when the quantifier says so. */
  static SqlCall call(String function, @Nullable SqlLiteral quantifier, List<SqlNode> arguments) {
    return function(chosen(function, arguments), quantifier, arguments);
  }

  private static SqlCall function(
      String function, @Nullable SqlLiteral quantifier, List<SqlNode> arguments) {
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
    return new Template(chosen(pattern, Arrays.asList(arguments)))
        .createCall(SqlParserPos.ZERO, arguments);
  }

  private static final class Template extends SqlSpecialOperator {
    private final String pattern;

    Template(String pattern) {
      super("template", SqlKind.OTHER, CLOSED);
      this.pattern = pattern;
    }

    @Override
    public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
      int from = 0;
      for (int hole = pattern.indexOf('{'); hole >= 0; hole = pattern.indexOf('{', from)) {
        print(writer, pattern.substring(from, hole));
        // What is no single term gets parentheses, whatever stands around the hole.
        int end = pattern.indexOf('}', hole);
        call.operand(Integer.parseInt(pattern.substring(hole + 1, end))).unparse(writer, 100, 100);
        from = end + 1;
      }
      print(writer, pattern.substring(from));
    }
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

  /** Text behind a node. */
  static SqlNode suffixed(SqlNode node, String text) {
    return new SqlSpecialOperator("suffixed", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        call.operand(0).unparse(writer, 0, 0);
        writer.print(text);
        writer.setNeedWhitespace(true);
      }
    }.createCall(SqlParserPos.ZERO, node);
  }

  /** One node, text, and another node. */
  static SqlNode sequence(SqlNode first, String between, SqlNode second) {
    return new SqlSpecialOperator("sequence", SqlKind.OTHER, CLOSED) {
      @Override
      public void unparse(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
        call.operand(0).unparse(writer, 0, 0);
        writer.print(between);
        writer.setNeedWhitespace(true);
        call.operand(1).unparse(writer, 0, 0);
      }
    }.createCall(SqlParserPos.ZERO, first, second);
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
