package io.tunnel.sql;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDialect;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How DuckDB writes what Calcite writes otherwise. */
final class DuckDbDialect extends SqlDialect {
  static final DuckDbDialect INSTANCE = new DuckDbDialect();

  private DuckDbDialect() {
    super(
        EMPTY_CONTEXT
            .withDatabaseProduct(DatabaseProduct.UNKNOWN)
            .withDatabaseProductName("DuckDB")
            .withIdentifierQuoteString("\""));
  }

  /** The SQL text of a tree that has been rewritten. */
  static String print(SqlNode node) {
    return node.toSqlString(
            config ->
                config
                    .withDialect(INSTANCE)
                    .withQuoteAllIdentifiers(true)
                    .withAlwaysUseParentheses(false)
                    .withSelectListItemsOnSeparateLines(false)
                    .withUpdateSetListNewline(false)
                    .withClauseStartsLine(false)
                    .withIndentation(0))
        .getSql();
  }

  /** A name in DuckDB's quotes. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A string literal; DuckDB's text has no way to write U+0000, so that comes from a function. */
  static String literal(String value) {
    String quoted = "'" + value.replace("'", "''") + "'";
    return value.indexOf('\0') < 0
        ? quoted
        : "('" + value.replace("'", "''").replace("\0", "' || chr(0) || '") + "')";
  }

  @Override
  public void quoteStringLiteral(StringBuilder buffer, @Nullable String charsetName, String value) {
    buffer.append(literal(value));
  }

  @Override
  public void unparseOffsetFetch(
      SqlWriter writer, @Nullable SqlNode offset, @Nullable SqlNode fetch) {
    unparseFetchUsingLimit(writer, offset, fetch);
  }

  @Override
  public void unparseCall(SqlWriter writer, SqlCall call, int leftPrec, int rightPrec) {
    switch (call.getKind()) {
      case BETWEEN -> between(writer, call);
      case ROW -> {
        SqlWriter.Frame frame = writer.startList("(", ")");
        for (SqlNode operand : call.getOperandList()) {
          writer.sep(",");
          operand.unparse(writer, 0, 0);
        }
        writer.endList(frame);
      }
      case JOIN -> {
        SqlJoin join = (SqlJoin) call;
        if (join.getJoinType() == JoinType.LEFT_SEMI_JOIN
            || join.getJoinType() == JoinType.LEFT_ANTI_JOIN) {
          halfJoin(writer, join);
        } else {
          super.unparseCall(writer, call, leftPrec, rightPrec);
        }
      }
      default -> super.unparseCall(writer, call, leftPrec, rightPrec);
    }
  }

  private static void between(SqlWriter writer, SqlCall call) {
    SqlWriter.Frame frame = writer.startList("(", ")");
    call.operand(0).unparse(writer, 100, 100);
    writer.keyword(
        ((SqlBetweenOperator) call.getOperator()).isNegated() ? "NOT BETWEEN" : "BETWEEN");
    call.operand(1).unparse(writer, 100, 100);
    writer.keyword("AND");
    call.operand(2).unparse(writer, 100, 100);
    writer.endList(frame);
  }

  private static void halfJoin(SqlWriter writer, SqlJoin join) {
    join.getLeft().unparse(writer, 0, 0);
    writer.keyword(join.getJoinType() == JoinType.LEFT_SEMI_JOIN ? "SEMI JOIN" : "ANTI JOIN");
    join.getRight().unparse(writer, 100, 100);
    SqlNode condition = join.getCondition();
    if (condition == null) {
      return;
    }
    if (join.getConditionType() == JoinConditionType.USING) {
      writer.keyword("USING");
      SqlWriter.Frame frame = writer.startList("(", ")");
      condition.unparse(writer, 0, 0);
      writer.endList(frame);
    } else {
      writer.keyword("ON");
      condition.unparse(writer, 0, 0);
    }
  }
}
