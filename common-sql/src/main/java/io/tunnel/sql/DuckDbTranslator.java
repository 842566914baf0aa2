package io.tunnel.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/**
 * Says MaxCompute statements in DuckDB's SQL.
 *
 * <p>The text calls the macros of {@link MaxComputeMacros}. It gives MaxCompute's names to columns
 * without a name ({@code _c0}, …), sorts NULL as the smallest value, gives NULL for a division by
 * zero and counts array elements from 0. Types come out as {@link DuckDbTypes} says, with these
 * exceptions that only DuckDB sees: SUM of integers is a HUGEINT, and a time plus an INTERVAL is a
 * TIMESTAMP. What is not known is refused, never guessed.
 *
 * <p>Thread safe when the resolver is.
 */
public final class DuckDbTranslator {
  private final TableResolver resolver;
  private final SqlEnvironment environment;
  private final boolean exact;
  private final boolean joinsLists;

  /** A translator that finds tables through a resolver. */
  public DuckDbTranslator(TableResolver resolver, SqlEnvironment environment) {
    this(resolver, environment, false, false);
  }

  private DuckDbTranslator(
      TableResolver resolver, SqlEnvironment environment, boolean exact, boolean joinsLists) {
    this.resolver = resolver;
    this.environment = environment;
    this.exact = exact;
    this.joinsLists = joinsLists;
  }

  /**
   * A translator whose products of decimals are exact to 18 places where they need more than 38
   * digits, of which more than 18 are places, and have as many digits as they need. They are much
   * slower, so they are for statements that failed without. Values have the same number of places
   * as without, once decimals are cut to the 18 places that MaxCompute's have at most.
   */
  public DuckDbTranslator exact() {
    return new DuckDbTranslator(resolver, environment, true, joinsLists);
  }

  /**
   * A translator whose queries join the long lists of constants in WHERE, which DuckDB prepares in
   * a fraction of the time. It refuses them when it is asked to prepare them if the constants would
   * have to be converted to what they are compared with; then the text without joins is to be
   * taken, which means the same.
   */
  public DuckDbTranslator joiningLists() {
    return new DuckDbTranslator(resolver, environment, exact, true);
  }

  private QueryRewriter rewriter() {
    return new QueryRewriter(resolver, environment, exact, joinsLists);
  }

  /**
   * A query in DuckDB's SQL.
   *
   * @throws TableNotFoundException for a table that the resolver does not know
   * @throws UnsupportedSqlException for what has no translation, and for placeholders
   */
  public String query(Statement.Query query) throws SqlTranslationException {
    return translated(() -> rewriter().query(query.tree()));
  }

  /**
   * The rows of an INSERT as a query: the columns of {@link #targetColumns} except those of static
   * partitions, in that order.
   */
  public String insertSource(Statement.Insert insert) throws SqlTranslationException {
    if (insert.source() instanceof InsertSource.SelectSource select) {
      return query(select.query());
    }
    InsertSource.Values values = (InsertSource.Values) insert.source();
    StringBuilder sql = new StringBuilder("VALUES ");
    for (int i = 0; i < values.rows().size(); i++) {
      sql.append(i == 0 ? "(" : ", (");
      List<Value> row = values.rows().get(i);
      for (int k = 0; k < row.size(); k++) {
        sql.append(k == 0 ? "" : ", ").append(value(row.get(k)));
      }
      sql.append(')');
    }
    return sql.toString();
  }

  /**
   * The columns of the table that an INSERT gives values for: its column list or all columns, then
   * the dynamic partitions that the list does not have, then the static partitions.
   */
  public static List<String> targetColumns(Statement.Insert insert, ResolvedTable table) {
    List<String> columns =
        new ArrayList<>(insert.columns().isEmpty() ? table.columns() : insert.columns());
    for (PartitionItem item : insert.partition()) {
      if (item.value() == null && !columns.contains(item.name())) {
        columns.add(item.name());
      }
    }
    for (PartitionItem item : insert.partition()) {
      if (item.value() != null) {
        columns.add(item.name());
      }
    }
    return columns;
  }

  /**
   * An {@code INSERT INTO} that adds the rows to the table. What OVERWRITE replaces has to be
   * deleted before.
   */
  public String insert(Statement.Insert insert, ResolvedTable table)
      throws SqlTranslationException {
    StringJoiner columns = new StringJoiner(", ", " (", ")");
    targetColumns(insert, table).forEach(name -> columns.add(DuckDbDialect.quoted(name)));
    StringBuilder select = new StringBuilder("SELECT *");
    for (PartitionItem item : insert.partition()) {
      Value value = item.value();
      if (value != null) {
        select.append(", ").append(value(value));
      }
    }
    return "INSERT INTO "
        + table.duckDbName()
        + columns
        + " "
        + select
        + " FROM ("
        + insertSource(insert)
        + ") AS source";
  }

  /** The columns of CREATE TABLE as they stand between DuckDB's parentheses. */
  public String createTableColumns(List<ColumnDefinition> columns) throws SqlTranslationException {
    StringJoiner joiner = new StringJoiner(", ");
    for (ColumnDefinition column : columns) {
      Value defaultValue = column.defaultValue();
      try {
        joiner.add(
            DuckDbDialect.quoted(column.name())
                + " "
                + DuckDbTypes.duckDbType(column.type())
                + (column.nullable() ? "" : " NOT NULL")
                + (defaultValue == null ? "" : " DEFAULT " + value(defaultValue)));
      } catch (SqlSyntaxException e) {
        throw new UnsupportedSqlException(
            e.line(), e.column(), "column " + column.name() + " has no valid type");
      }
    }
    return joiner.toString();
  }

  /**
   * A value as a DuckDB expression. Columns in it stand for those of the statement around it.
   *
   * @throws UnsupportedSqlException for a placeholder, and for what has no translation
   */
  public String value(Value value) throws SqlTranslationException {
    if (value instanceof Value.Literal literal) {
      return DuckDbLiterals.literal(literal.value());
    }
    if (value instanceof Value.Expression expression) {
      String sql = translated(() -> rewriter().expression(expression.node()));
      return expression.node().isA(SqlKind.QUERY) ? "(" + sql + ")" : sql;
    }
    throw new UnsupportedSqlException(0, 0, "a placeholder has no value");
  }

  /**
   * An expression in MaxCompute's SQL, such as the default value of a column, as a DuckDB
   * expression.
   *
   * @throws SqlSyntaxException when the text is no expression
   */
  public String expression(String sql) throws SqlSyntaxException, SqlTranslationException {
    List<Statement> statements = MaxComputeSql.parseScript("SELECT " + sql).statements();
    if (statements.size() == 1
        && statements.get(0) instanceof Statement.Query query
        && query.tree() instanceof SqlSelect select
        && select.getSelectList().size() == 1) {
      SqlNode item = select.getSelectList().get(0);
      return translated(() -> rewriter().expression(item));
    }
    throw new SqlSyntaxException(1, 1, "'" + sql + "' is no expression");
  }

  /**
   * A FROM clause, or what stands after USING, in DuckDB's SQL.
   *
   * @param from a parse tree of {@link Statement.Update} or {@link Statement.Merge}
   */
  public String from(SqlNode from) throws SqlTranslationException {
    return translated(() -> rewriter().from(from));
  }

  private static String translated(Supplier<@Nullable SqlNode> rewriting)
      throws SqlTranslationException {
    try {
      SqlNode node = rewriting.get();
      if (node == null) {
        throw new IllegalStateException("A rewrite gave nothing");
      }
      return DuckDbDialect.print(node);
    } catch (TranslationFailure e) {
      throw e.exception();
    } catch (StackOverflowError e) {
      throw new UnsupportedSqlException(1, 1, "the statement is nested too deeply");
    }
  }
}
