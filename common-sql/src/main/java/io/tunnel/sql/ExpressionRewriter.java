package io.tunnel.sql;

import io.tunnel.sql.parser.Constants;
import io.tunnel.sql.parser.MaxComputeTypeSpec;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLambda;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlCase;
import org.jspecify.annotations.Nullable;

/** Rewrites expressions, node by node, from the leaves up. */
final class ExpressionRewriter {
  /** What means the same in DuckDB when its operands are rewritten. */
  private static final Set<SqlKind> PLAIN =
      EnumSet.of(
          SqlKind.AND,
          SqlKind.OR,
          SqlKind.NOT,
          SqlKind.IS_DISTINCT_FROM,
          SqlKind.IS_NOT_DISTINCT_FROM,
          SqlKind.IS_NULL,
          SqlKind.IS_NOT_NULL,
          SqlKind.IS_TRUE,
          SqlKind.IS_NOT_TRUE,
          SqlKind.IS_FALSE,
          SqlKind.IS_NOT_FALSE,
          SqlKind.PLUS_PREFIX,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.EXISTS,
          SqlKind.ROW,
          SqlKind.DOT,
          SqlKind.FILTER,
          SqlKind.SOME,
          SqlKind.ALL,
          SqlKind.ROLLUP,
          SqlKind.CUBE,
          SqlKind.GROUPING_SETS,
          SqlKind.SCALAR_QUERY,
          SqlKind.PRECEDING,
          SqlKind.FOLLOWING);

  private final QueryRewriter queries;

  ExpressionRewriter(QueryRewriter queries) {
    this.queries = queries;
  }

  SqlNode rewrite(SqlNode node) {
    if (node instanceof SqlLiteral literal) {
      return literal(literal);
    }
    if (node instanceof SqlIdentifier) {
      return node;
    }
    if (node instanceof SqlNodeList nodes) {
      return list(nodes);
    }
    if (node instanceof SqlDynamicParam) {
      throw TranslationFailure.unsupported(node, "a placeholder has no value");
    }
    if (node.isA(SqlKind.QUERY)) {
      return queries.subquery(node);
    }
    if (node instanceof SqlWindow window) {
      return window(window);
    }
    if (node instanceof SqlCase choice) {
      return choice(choice);
    }
    if (node instanceof SqlCall call) {
      return call(call);
    }
    if (node instanceof SqlIntervalQualifier) {
      return node;
    }
    throw TranslationFailure.unsupported(node, node.getKind() + " is not supported");
  }

  SqlNodeList list(SqlNodeList nodes) {
    List<SqlNode> rewritten = new ArrayList<>(nodes.size());
    for (SqlNode node : nodes) {
      rewritten.add(rewrite(node));
    }
    return new SqlNodeList(rewritten, nodes.getParserPosition());
  }

  private @Nullable SqlNode orNull(@Nullable SqlNode node) {
    return node == null ? null : rewrite(node);
  }

  private SqlNode literal(SqlLiteral literal) {
    if (literal instanceof SqlUnknownLiteral typed) {
      return typedLiteral(typed);
    }
    if (literal instanceof SqlIntervalLiteral interval) {
      return OperatorRewrites.intervalLiteral(interval);
    }
    if (literal instanceof SqlNumericLiteral number && number.isExact() && !number.isInteger()) {
      // A number with a decimal point is a DOUBLE; DuckDB would make it a DECIMAL.
      BigDecimal value = number.bigDecimalValue();
      return DuckDbNodes.raw(String.valueOf(value) + (hasExponent(value) ? "" : "e0"));
    }
    return literal;
  }

  private static boolean hasExponent(@Nullable BigDecimal value) {
    return value != null && value.toString().indexOf('E') >= 0;
  }

  private static SqlNode typedLiteral(SqlUnknownLiteral literal) {
    if (literal.tag.equals("JSON")) {
      // By way of DuckDB's own type, which refuses what is none.
      return DuckDbNodes.template(
          "CAST(CAST({0} AS JSON) AS VARCHAR)", DuckDbNodes.string(literal.getValue()));
    }
    String type =
        switch (literal.tag) {
          case "DATE" -> "DATE";
          case "DATETIME" -> "TIMESTAMP_MS";
          case "TIMESTAMP", "TIMESTAMP_NTZ" -> "TIMESTAMP_NS";
          default ->
              throw TranslationFailure.unsupported(
                  literal, "a literal of the type " + literal.tag + " is not supported");
        };
    try {
      Constants.time(literal);
    } catch (DateTimeException e) {
      throw TranslationFailure.unsupported(
          literal, "'" + literal.getValue() + "' is no valid " + literal.tag);
    }
    return DuckDbNodes.cast(DuckDbNodes.string(literal.getValue()), type);
  }

  private SqlNode choice(SqlCase choice) {
    return new SqlCase(
        choice.getParserPosition(),
        orNull(choice.getValueOperand()),
        list(choice.getWhenOperands()),
        list(choice.getThenOperands()),
        orNull(choice.getElseOperand()));
  }

  private SqlNode window(SqlWindow window) {
    SqlWindow copy = (SqlWindow) window.clone(window.getParserPosition());
    copy.setPartitionList(list(window.getPartitionList()));
    copy.setOrderList(queries.orderItems(window.getOrderList()));
    return copy;
  }

  private SqlNode call(SqlCall call) {
    if (PLAIN.contains(call.getKind())) {
      return sameOperator(call);
    }
    return switch (call.getKind()) {
      case CAST -> cast(call);
      case LIKE -> OperatorRewrites.like(call, operands(call));
      case RLIKE -> OperatorRewrites.matches(call, operands(call));
      case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          Comparisons.rewrite(call, operands(call));
      case BETWEEN -> Comparisons.between(call, operands(call));
      case PLUS, MINUS, TIMES, DIVIDE, MOD, MINUS_PREFIX ->
          Arithmetic.rewrite(call, operands(call), queries.isExact());
      case OVER -> over(call);
      case WITHIN_GROUP -> withinGroup(call);
      case EXTRACT -> OperatorRewrites.extract(call, rewrite(call.operand(1)));
      case TRIM -> OperatorRewrites.trim(call, rewrite(call.operand(2)));
      case ITEM -> OperatorRewrites.item(call, operands(call));
      case IGNORE_NULLS -> nullTreatment(call, "IGNORE NULLS");
      case RESPECT_NULLS -> nullTreatment(call, "RESPECT NULLS");
      case INTERVAL -> OperatorRewrites.interval(call, rewrite(call.operand(0)));
      case LAMBDA -> lambda((SqlLambda) call);
      default -> other(call);
    };
  }

  private SqlNode other(SqlCall call) {
    SqlNode operator = OperatorRewrites.byName(call, this);
    if (operator != null) {
      return operator;
    }
    if (call.getOperator().getName().equalsIgnoreCase(QueryRewriter.MAX_PARTITION)) {
      return queries.maxPartition(call);
    }
    if (call.getOperator() instanceof SqlFunction) {
      return FunctionCatalog.INSTANCE.rewrite(call, operands(call), queries.environment());
    }
    throw TranslationFailure.unsupported(
        call, "operator " + call.getOperator().getName() + " is not supported");
  }

  List<SqlNode> operands(SqlCall call) {
    List<SqlNode> rewritten = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      rewritten.add(operand == null ? operand : rewrite(operand));
    }
    return rewritten;
  }

  private SqlNode sameOperator(SqlCall call) {
    return new SqlBasicCall(
        call.getOperator(), operands(call), call.getParserPosition(), call.getFunctionQuantifier());
  }

  private SqlNode cast(SqlCall call) {
    SqlNode value = rewrite(call.operand(0));
    SqlNode target = call.operand(1);
    if (target instanceof SqlDataTypeSpec type
        && type.getTypeNameSpec() instanceof MaxComputeTypeSpec spec) {
      try {
        return Casts.rewrite(
            call.operand(0),
            value,
            spec.type(),
            DuckDbTypes.duckDbType(spec.type(), spec.getParserPos()));
      } catch (UnsupportedSqlException e) {
        throw new TranslationFailure(e);
      }
    }
    throw TranslationFailure.unsupported(target, "CAST to " + target + " is not supported");
  }

  private SqlNode over(SqlCall call) {
    SqlNode function = call.operand(0);
    SqlNode window = call.operand(1);
    SqlNode rewritten =
        function instanceof SqlCall aggregate && isCollecting(aggregate)
            ? AggregateFunctions.collectedInWindow(aggregate, operands(aggregate))
            : rewrite(function);
    return call.getOperator().createCall(call.getParserPosition(), rewritten, rewrite(window));
  }

  private static boolean isCollecting(SqlCall call) {
    String name = call.getOperator().getName();
    return name.equalsIgnoreCase("collect_list") || name.equalsIgnoreCase("collect_set");
  }

  /** WM_CONCAT(…) WITHIN GROUP (ORDER BY …). */
  private SqlNode withinGroup(SqlCall call) {
    SqlCall function = call.operand(0);
    if (!function.getOperator().getName().equalsIgnoreCase("wm_concat")) {
      throw TranslationFailure.unsupported(
          call, "WITHIN GROUP is supported with the function wm_concat only");
    }
    SqlNodeList order = call.operand(1);
    return AggregateFunctions.joined(function, operands(function), queries.orderItems(order));
  }

  /** DuckDB has IGNORE NULLS inside the parentheses. */
  private SqlNode nullTreatment(SqlCall call, String words) {
    if (rewrite(call.operand(0)) instanceof SqlCall function && function.operandCount() > 0) {
      List<SqlNode> arguments = new ArrayList<>(function.getOperandList());
      int last = arguments.size() - 1;
      arguments.set(last, DuckDbNodes.template("{0} " + words, arguments.get(last)));
      return new SqlBasicCall(
          function.getOperator(),
          arguments,
          function.getParserPosition(),
          function.getFunctionQuantifier());
    }
    throw TranslationFailure.unsupported(call, words + " needs a function with an argument");
  }

  private SqlNode lambda(SqlLambda lambda) {
    StringBuilder head = new StringBuilder("lambda ");
    for (SqlNode parameter : lambda.getParameters()) {
      head.append(head.length() > 7 ? ", " : "")
          .append(DuckDbDialect.quoted(((SqlIdentifier) parameter).getSimple()));
    }
    return DuckDbNodes.prefixed(head + ":", DuckDbNodes.untyped(rewrite(lambda.getExpression())));
  }
}
