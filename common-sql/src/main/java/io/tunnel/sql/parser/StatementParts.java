package io.tunnel.sql.parser;

import io.tunnel.sql.Clustering;
import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.InsertSource;
import io.tunnel.sql.MergeClause;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Puts statements together from what the grammar's productions have read. */
final class StatementParts {
  private StatementParts() {}

  static ObjectName name(List<String> parts, Token first) {
    if (parts.size() > 3) {
      throw error(first, "name " + String.join(".", parts) + " has more than three parts");
    }
    return new ObjectName(parts);
  }

  static Statement explain(Statement statement, SqlParserPos position) {
    if (statement instanceof Statement.Query || statement instanceof Statement.Insert) {
      return new Statement.Explain(statement);
    }
    throw new LexerException(
        position.getLineNum(), position.getColumnNum(), "EXPLAIN takes a query or an INSERT");
  }

  static LexerException noQuery(Token first) {
    return error(first, "a query must stand here");
  }

  static Statement.Insert insert(
      ObjectName target,
      boolean overwrite,
      List<PartitionItem> partition,
      List<String> columns,
      InsertSource source,
      @Nullable SqlNodeList with,
      int parameters) {
    if (with != null && source instanceof InsertSource.Values) {
      SqlParserPos position = with.getParserPosition();
      throw new LexerException(
          position.getLineNum(), position.getColumnNum(), "WITH needs a SELECT after the INSERT");
    }
    return new Statement.Insert(
        target, overwrite, List.copyOf(partition), List.copyOf(columns), source, parameters);
  }

  static Statement addPartition(
      ObjectName table, boolean ifNotExists, List<List<PartitionItem>> partitions, Token next) {
    requireSome(partitions, next);
    return new Statement.AddPartition(table, ifNotExists, partitions);
  }

  static Statement dropPartition(
      ObjectName table,
      boolean ifExists,
      List<List<PartitionItem>> partitions,
      List<Value.Expression> conditions,
      Token next) {
    if (conditions.isEmpty()) {
      requireSome(partitions, next);
    }
    return new Statement.DropPartition(table, ifExists, partitions, conditions);
  }

  /**
   * What stands in the parentheses of a PARTITION clause that drops: values of partition columns
   * when it says no more than that, else conditions that hold together.
   */
  static void addDropped(
      List<Value.Expression> all,
      List<List<PartitionItem>> partitions,
      List<Value.Expression> conditions) {
    List<PartitionItem> items = new ArrayList<>();
    for (Value.Expression part : all) {
      PartitionItem item = partitionItem(part.node());
      if (item != null) {
        items.add(item);
      }
    }
    if (items.size() == all.size()) {
      partitions.add(items);
      return;
    }
    Value.Expression whole = all.get(0);
    for (Value.Expression further : all.subList(1, all.size())) {
      whole =
          new Value.Expression(
              whole.sqlText() + " AND " + further.sqlText(),
              List.of(),
              SqlStdOperatorTable.AND.createCall(
                  SqlParserPos.sum(List.of(whole.node(), further.node())),
                  whole.node(),
                  further.node()));
    }
    conditions.add(whole);
  }

  private static @Nullable PartitionItem partitionItem(SqlNode node) {
    if (node.getKind() == SqlKind.EQUALS
        && node instanceof SqlCall call
        && call.operand(0) instanceof SqlIdentifier name
        && name.isSimple()) {
      Value.Literal value = Constants.literal(call.operand(1));
      return value == null ? null : new PartitionItem(name.getSimple(), value);
    }
    return null;
  }

  private static void requireSome(List<List<PartitionItem>> partitions, Token next) {
    if (partitions.isEmpty()) {
      throw error(next, "invalid token '" + next.image + "', expected PARTITION");
    }
  }

  /** FROM … INSERT …: one INSERT stays what it is. */
  static Statement inserts(List<Statement.Insert> inserts, int parameters) {
    return inserts.size() == 1 ? inserts.get(0) : new Statement.MultiInsert(inserts, parameters);
  }

  /** The condition that both hold, of which any may be missing. */
  static @Nullable SqlNode both(@Nullable SqlNode one, @Nullable SqlNode other) {
    return one == null
        ? other
        : other == null
            ? one
            : SqlStdOperatorTable.AND.createCall(SqlParserPos.sum(List.of(one, other)), one, other);
  }

  static Clustering clustering(
      boolean range,
      List<String> columns,
      List<Clustering.SortColumn> sorted,
      @Nullable Integer buckets,
      Token first) {
    if (!range && buckets == null) {
      throw error(first, "CLUSTERED BY needs INTO with a number of BUCKETS");
    }
    if (buckets != null && (buckets < 1 || buckets > 4096)) {
      throw error(first, "a table has 1 to 4096 buckets, not " + buckets);
    }
    return new Clustering(range, List.copyOf(columns), List.copyOf(sorted), buckets);
  }

  static MergeClause mergeInsert(
      Value.@Nullable Expression condition, List<String> columns, List<Value> values, Token first) {
    if (!columns.isEmpty() && columns.size() != values.size()) {
      throw error(
          first, "INSERT has " + columns.size() + " columns, but " + values.size() + " values");
    }
    return new MergeClause.Insert(condition, List.copyOf(columns), List.copyOf(values));
  }

  static void addRow(List<List<Value>> rows, List<Value> row, Token first) {
    if (!rows.isEmpty() && rows.get(0).size() != row.size()) {
      throw error(
          first,
          "row "
              + (rows.size() + 1)
              + " of VALUES has "
              + row.size()
              + " values, but row 1 has "
              + rows.get(0).size());
    }
    rows.add(row);
  }

  static void addColumn(List<ColumnDefinition> columns, ColumnDefinition column, Token first) {
    Set<String> names = new HashSet<>();
    columns.forEach(known -> names.add(known.name()));
    if (names.contains(column.name())) {
      throw error(first, "column " + column.name() + " is defined twice");
    }
    columns.add(column);
  }

  /** The value of a token that is a constant by itself. */
  static Value plainValue(SourceToken token) {
    return new Value.Literal(
        switch (token.kind) {
          case MaxComputeParserImplConstants.QUOTED_STRING -> token.lexeme().text();
          case MaxComputeParserImplConstants.UNSIGNED_INTEGER_LITERAL ->
              Constants.integer(token.image);
          case MaxComputeParserImplConstants.DECIMAL_NUMERIC_LITERAL -> new BigDecimal(token.image);
          case MaxComputeParserImplConstants.APPROX_NUMERIC_LITERAL -> Double.valueOf(token.image);
          case MaxComputeParserImplConstants.TRUE -> true;
          case MaxComputeParserImplConstants.FALSE -> false;
          default -> null;
        });
  }

  /** A value from a parsed expression; its parameters have the numbers from first to last - 1. */
  static Value value(SqlNode node, String text, int firstParameter, int endParameter) {
    if (node instanceof SqlDynamicParam parameter) {
      return new Value.Parameter(parameter.getIndex());
    }
    Value.Literal literal = Constants.literal(node);
    return literal != null ? literal : expression(node, text, firstParameter, endParameter);
  }

  static Value.Expression expression(
      SqlNode node, String text, int firstParameter, int endParameter) {
    return new Value.Expression(
        text, IntStream.range(firstParameter, endParameter).boxed().toList(), node);
  }

  /**
   * {@code 1L}, {@code 1S}, {@code 1Y}, {@code 1.5F} and {@code 1.5BD} as the CAST that they stand
   * for; {@code 1.5D} as the DOUBLE that it is.
   */
  static SqlNode suffixedNumber(Token token, SqlParserPos position) {
    String image = token.image.toUpperCase(Locale.ROOT);
    String suffix = image.endsWith("BD") ? "BD" : image.substring(image.length() - 1);
    String digits = image.substring(0, image.length() - suffix.length());
    if (suffix.equals("D")) {
      return SqlLiteral.createApproxNumeric(digits, position);
    }
    DataTypeName type =
        switch (suffix) {
          case "L" -> DataTypeName.simple("BIGINT");
          case "S" -> DataTypeName.simple("SMALLINT");
          case "Y" -> DataTypeName.simple("TINYINT");
          case "F" -> DataTypeName.simple("FLOAT");
          default -> decimalFor(digits, token);
        };
    if ("LSY".contains(suffix) && !digits.chars().allMatch(Character::isDigit)) {
      throw error(token, "invalid token '" + token.image + "'");
    }
    return SqlStdOperatorTable.CAST.createCall(
        position,
        SqlLiteral.createExactNumeric(new BigDecimal(digits).toPlainString(), position),
        new SqlDataTypeSpec(new MaxComputeTypeSpec(type, position), position));
  }

  private static DataTypeName decimalFor(String digits, Token token) {
    BigDecimal value = new BigDecimal(digits);
    int scale = Math.max(0, value.scale());
    int precision = Math.max(value.precision() - Math.min(0, value.scale()), scale);
    if (precision > 38) {
      throw error(token, "decimal literal " + token.image + " has more than 38 digits");
    }
    return new DataTypeName("DECIMAL", List.of(precision, scale), List.of(), List.of());
  }

  static LexerException error(Token token, String detail) {
    return new LexerException(token.beginLine, token.beginColumn, detail);
  }

  static SqlParserPos position(Token first, Token last) {
    return new SqlParserPos(first.beginLine, first.beginColumn, last.endLine, last.endColumn);
  }
}
