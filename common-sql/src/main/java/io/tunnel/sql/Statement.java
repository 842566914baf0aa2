package io.tunnel.sql;

import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.jspecify.annotations.Nullable;

/** A parsed MaxCompute statement. */
public sealed interface Statement {

  /** How many {@code ?} placeholders the statement has. */
  default int parameterCount() {
    return 0;
  }

  /**
   * SELECT, also with CTEs, set operations, ORDER BY and LIMIT.
   *
   * @param tree the parse tree, read only
   */
  record Query(SqlNode tree, int parameterCount) implements Statement {
    /** Whether the query as a whole ends with a LIMIT; that of a part of it does not count. */
    public boolean hasLimit() {
      return tree instanceof SqlOrderBy ordered && ordered.fetch != null;
    }
  }

  /**
   * INSERT INTO or INSERT OVERWRITE.
   *
   * @param partition the PARTITION clause in its order, empty without one
   * @param columns the column list, empty without one (all columns)
   */
  record Insert(
      ObjectName target,
      boolean overwrite,
      List<PartitionItem> partition,
      List<String> columns,
      InsertSource source,
      int parameterCount)
      implements Statement {}

  /**
   * UPSERT INTO: rows that replace those with the same primary key. The service's SQL does not know
   * it; clients send its rows through upsert sessions.
   *
   * @param rows target and rows, as for an INSERT INTO
   */
  record Upsert(Insert rows) implements Statement {
    @Override
    public int parameterCount() {
      return rows.parameterCount();
    }
  }

  /**
   * {@code FROM … INSERT … INSERT …}: several INSERTs, which happen together or not at all.
   *
   * @param inserts at least two; their sources are queries
   */
  record MultiInsert(List<Insert> inserts, int parameterCount) implements Statement {}

  /** One {@code column = value} of an UPDATE. */
  record Assignment(String column, Value value) {}

  /**
   * UPDATE.
   *
   * @param from what stands after FROM, read only, or null without it
   * @param where the condition, always a {@link Value.Expression}, or null without one
   */
  record Update(
      ObjectName target,
      @Nullable String alias,
      List<Assignment> assignments,
      @Nullable SqlNode from,
      Value.@Nullable Expression where,
      int parameterCount)
      implements Statement {}

  /**
   * DELETE FROM.
   *
   * @param where the condition, or null without one
   */
  record Delete(
      ObjectName target,
      @Nullable String alias,
      Value.@Nullable Expression where,
      int parameterCount)
      implements Statement {}

  /**
   * MERGE INTO.
   *
   * @param source what stands after USING, with its alias, read only
   * @param on the condition after ON
   * @param clauses the WHEN clauses in their order, at least one
   */
  record Merge(
      ObjectName target,
      @Nullable String alias,
      SqlNode source,
      Value.Expression on,
      List<MergeClause> clauses,
      int parameterCount)
      implements Statement {}

  /**
   * CREATE TABLE.
   *
   * @param columns the columns, empty for {@code CREATE TABLE … AS} and {@code … LIKE}
   * @param partitionColumns the columns of PARTITIONED BY
   * @param primaryKey the columns of PRIMARY KEY, empty without one
   * @param properties TBLPROPERTIES in their order
   * @param lifecycle days, or null without one
   * @param clustering CLUSTERED BY or RANGE CLUSTERED BY, or null without one
   * @param asQuery the query of {@code CREATE TABLE … AS}, or null
   * @param like the table of {@code CREATE TABLE … LIKE}, or null
   */
  record CreateTable(
      ObjectName table,
      boolean ifNotExists,
      List<ColumnDefinition> columns,
      List<ColumnDefinition> partitionColumns,
      List<String> primaryKey,
      @Nullable String comment,
      Map<String, String> properties,
      @Nullable Integer lifecycle,
      @Nullable Clustering clustering,
      @Nullable Query asQuery,
      @Nullable ObjectName like)
      implements Statement {}

  /** DROP TABLE. */
  record DropTable(ObjectName table, boolean ifExists) implements Statement {}

  /**
   * TRUNCATE TABLE.
   *
   * @param partitions the partitions to empty; none means the whole table
   */
  record TruncateTable(ObjectName table, List<List<PartitionItem>> partitions)
      implements Statement {}

  /** ALTER TABLE … ADD PARTITION, at least one. */
  record AddPartition(ObjectName table, boolean ifNotExists, List<List<PartitionItem>> partitions)
      implements Statement {}

  /**
   * ALTER TABLE … DROP PARTITION.
   *
   * @param partitions the partitions that are named by their values
   * @param conditions conditions on the partition columns; what any of them is true for goes too
   */
  record DropPartition(
      ObjectName table,
      boolean ifExists,
      List<List<PartitionItem>> partitions,
      List<Value.Expression> conditions)
      implements Statement {}

  /**
   * ALTER TABLE, except for adding and dropping partitions.
   *
   * @param partition the partition that is altered, empty for the table
   */
  record AlterTable(ObjectName table, List<PartitionItem> partition, TableChange change)
      implements Statement {}

  /**
   * CREATE VIEW.
   *
   * @param columns the names and comments of the columns; empty when the query names them
   * @param query the query
   * @param queryText the query as written
   */
  record CreateView(
      ObjectName view,
      boolean orReplace,
      boolean ifNotExists,
      List<ViewColumn> columns,
      @Nullable String comment,
      Query query,
      String queryText)
      implements Statement {}

  /** A column in CREATE VIEW. */
  record ViewColumn(String name, @Nullable String comment) {}

  /** DROP VIEW. */
  record DropView(ObjectName view, boolean ifExists) implements Statement {}

  /** CREATE SCHEMA. */
  record CreateSchema(ObjectName schema, boolean ifNotExists) implements Statement {}

  /** DROP SCHEMA. */
  record DropSchema(ObjectName schema, boolean ifExists) implements Statement {}

  /**
   * SHOW TABLES.
   *
   * @param in the project or schema after IN, or null without one
   * @param like the pattern after LIKE ({@code *} or {@code %} for any text), or null without one
   */
  record ShowTables(@Nullable ObjectName in, @Nullable String like) implements Statement {}

  /** SHOW VIEWS, with the parts of {@link ShowTables}. */
  record ShowViews(@Nullable ObjectName in, @Nullable String like) implements Statement {}

  /** SHOW FUNCTIONS; the pattern is that of {@link ShowTables}. */
  record ShowFunctions(@Nullable String like) implements Statement {}

  /** SHOW PROJECTS; the pattern is that of {@link ShowTables}. */
  record ShowProjects(@Nullable String like) implements Statement {}

  /** WHOAMI. */
  record WhoAmI() implements Statement {}

  /**
   * SHOW PARTITIONS.
   *
   * @param partition the values to look for; empty means all
   */
  record ShowPartitions(ObjectName table, List<PartitionItem> partition) implements Statement {}

  /**
   * SHOW SCHEMAS.
   *
   * @param in the project after IN, or null without one
   */
  record ShowSchemas(@Nullable ObjectName in) implements Statement {}

  /** SHOW CREATE TABLE. */
  record ShowCreateTable(ObjectName table) implements Statement {}

  /**
   * DESC or DESCRIBE.
   *
   * @param partition the partition asked for, empty without one
   */
  record DescribeTable(ObjectName table, boolean extended, List<PartitionItem> partition)
      implements Statement {}

  /** DESC SCHEMA. */
  record DescribeSchema(ObjectName schema) implements Statement {}

  /**
   * A statement of MaxCompute that is not read any further.
   *
   * @param name its first words, in upper case
   */
  record Unsupported(String name) implements Statement {}

  /** EXPLAIN of a query or an INSERT. */
  record Explain(Statement statement) implements Statement {
    @Override
    public int parameterCount() {
      return statement.parameterCount();
    }
  }
}
