package io.tunnel.sql.parser;

import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.InsertSource;
import io.tunnel.sql.MergeClause;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
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

  static Statement insert(
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
      ObjectName table, boolean ifExists, List<List<PartitionItem>> partitions, Token next) {
    requireSome(partitions, next);
    return new Statement.DropPartition(table, ifExists, partitions);
  }

  private static void requireSome(List<List<PartitionItem>> partitions, Token next) {
    if (partitions.isEmpty()) {
      throw error(next, "invalid token '" + next.image + "', expected PARTITION");
    }
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

  /** {@code 1L}, {@code 1S}, {@code 1Y} and {@code 1.5BD}, as the CAST that they stand for. */
  static SqlNode suffixedNumber(Token token, SqlParserPos position) {
    String image = token.image;
    char suffix = Character.toUpperCase(image.charAt(image.length() - 1));
    String digits = image.substring(0, image.length() - (suffix == 'D' ? 2 : 1));
    DataTypeName type =
        switch (suffix) {
          case 'L' -> new DataTypeName("BIGINT", List.of(), List.of(), List.of());
          case 'S' -> new DataTypeName("SMALLINT", List.of(), List.of(), List.of());
          case 'Y' -> new DataTypeName("TINYINT", List.of(), List.of(), List.of());
          default -> decimalFor(digits, token);
        };
    if (suffix != 'D' && !digits.chars().allMatch(Character::isDigit)) {
      throw error(token, "invalid token '" + image + "'");
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
