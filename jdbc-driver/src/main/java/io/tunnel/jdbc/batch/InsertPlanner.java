package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.jdbc.batch.BatchPlan.Tuple;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.InsertSource;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how an INSERT travels, from the parsed statement and the table's schema alone: no
 * network, no state.
 */
final class InsertPlanner {
  private static final Value NULL = new Value.Literal(null);

  /** The beginning of messages: the statement with its table. */
  private final String statement;

  private final TableSchema schema;

  private InsertPlanner(String statement, TableSchema schema) {
    this.statement = statement;
    this.schema = schema;
  }

  /**
   * The reason why an INSERT cannot go through the tunnel whatever its table is, or null if it may.
   */
  static @Nullable String unfitForTunnel(Statement.Insert insert) {
    if (insert.overwrite()) {
      return "INSERT OVERWRITE replaces the rows of the entry before it";
    }
    if (!(insert.source() instanceof InsertSource.Values values)) {
      return "the rows come from a query";
    }
    for (List<Value> row : values.rows()) {
      for (Value value : row) {
        if (value instanceof Value.Expression expression) {
          return "the expression " + expression.sqlText() + " needs the SQL engine";
        }
      }
    }
    for (PartitionItem item : insert.partition()) {
      if (item.value() instanceof Value.Expression expression) {
        return "the partition value " + expression.sqlText() + " needs the SQL engine";
      }
    }
    return null;
  }

  /**
   * Plans an INSERT.
   *
   * @throws SQLException if the statement does not fit the table: 42703 for an unknown column,
   *     21S01 for a wrong number of values, 23502 for a NOT NULL column left out
   */
  static BatchPlan plan(Statement.Insert insert, TableSchema schema) throws SQLException {
    String unfit = unfitForTunnel(insert);
    if (unfit != null) {
      return new PlainSql(unfit);
    }
    return plan("INSERT INTO ", insert, schema);
  }

  /**
   * Plans the rows of a statement that may go through the tunnel.
   *
   * @param verb what it is called in messages, with a blank behind it
   */
  static BatchPlan plan(String verb, Statement.Insert insert, TableSchema schema)
      throws SQLException {
    return new InsertPlanner(verb + insert.target(), schema)
        .plan(insert, (InsertSource.Values) insert.source());
  }

  private BatchPlan plan(Statement.Insert insert, InsertSource.Values values) throws SQLException {
    @Nullable Value[] partition = new @Nullable Value[schema.partitionColumns().size()];
    boolean[] dynamic = new boolean[partition.length];
    readPartition(insert, partition, dynamic);
    // Where the i-th value of a tuple goes: a data column, or behind them a partition column.
    int[] targets = targets(insert, dynamic);
    String left = checkOmitted(targets);
    if (left != null) {
      return new PlainSql(left);
    }
    List<Tuple> tuples = new ArrayList<>(values.rows().size());
    for (List<Value> row : values.rows()) {
      if (row.size() != targets.length) {
        throw SqlErrors.wrongArity(
            statement
                + ": tuple "
                + (tuples.size() + 1)
                + " of VALUES has "
                + row.size()
                + " values where "
                + targets.length
                + " are needed ("
                + names(targets)
                + ")");
      }
      tuples.add(tuple(row, targets, partition));
    }
    return new TunnelInsert(schema, tuples);
  }

  private Tuple tuple(List<Value> row, int[] targets, @Nullable Value[] fixed) {
    int dataColumns = schema.columns().size();
    List<Value> data = new ArrayList<>(Collections.nCopies(dataColumns, NULL));
    List<Value> partition = new ArrayList<>(fixed.length);
    for (Value value : fixed) {
      partition.add(value == null ? NULL : value);
    }
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] < dataColumns) {
        data.set(targets[i], row.get(i));
      } else {
        partition.set(targets[i] - dataColumns, row.get(i));
      }
    }
    return new Tuple(data, partition);
  }

  private void readPartition(
      Statement.Insert insert, @Nullable Value[] partition, boolean[] dynamic) throws SQLException {
    boolean[] named = new boolean[partition.length];
    for (PartitionItem item : insert.partition()) {
      int index = schema.partitionIndexOf(item.name());
      if (index < 0) {
        throw SqlErrors.unknownColumn(
            statement
                + ": there is no partition column "
                + item.name()
                + "; the table has "
                + (partition.length == 0 ? "none" : names(schema.partitionColumns())));
      }
      if (named[index]) {
        throw SqlErrors.unknownColumn(
            statement + ": the partition column " + item.name() + " stands twice");
      }
      named[index] = true;
      partition[index] = item.value();
      dynamic[index] = item.value() == null;
    }
    for (int i = 0; i < partition.length; i++) {
      // Without a PARTITION clause every partition value comes with the row.
      dynamic[i] |= insert.partition().isEmpty();
      if (!named[i] && !dynamic[i]) {
        throw SqlErrors.unknownColumn(
            statement
                + ": the PARTITION clause lacks the partition column "
                + schema.partitionColumns().get(i).name());
      }
    }
  }

  private int[] targets(Statement.Insert insert, boolean[] dynamic) throws SQLException {
    int dataColumns = schema.columns().size();
    List<Integer> targets = new ArrayList<>();
    if (insert.columns().isEmpty()) {
      for (int i = 0; i < dataColumns; i++) {
        targets.add(i);
      }
      for (int i = 0; i < dynamic.length; i++) {
        if (dynamic[i]) {
          targets.add(dataColumns + i);
        }
      }
    } else {
      for (String name : insert.columns()) {
        int target = target(name, dynamic);
        if (targets.contains(target)) {
          throw SqlErrors.unknownColumn(statement + ": the column " + name + " stands twice");
        }
        targets.add(target);
      }
      for (int i = 0; i < dynamic.length; i++) {
        if (dynamic[i] && !targets.contains(dataColumns + i)) {
          throw SqlErrors.wrongArity(
              statement
                  + ": the column list lacks the partition column "
                  + schema.partitionColumns().get(i).name()
                  + ", which the PARTITION clause does not fix");
        }
      }
    }
    return targets.stream().mapToInt(Integer::intValue).toArray();
  }

  private int target(String name, boolean[] dynamic) throws SQLException {
    int index = schema.indexOf(name);
    if (index >= 0) {
      return index;
    }
    int partitionIndex = schema.partitionIndexOf(name);
    if (partitionIndex < 0) {
      throw SqlErrors.unknownColumn(
          statement
              + ": there is no column "
              + name
              + "; the table has "
              + names(schema.allColumns()));
    }
    if (!dynamic[partitionIndex]) {
      throw SqlErrors.unknownColumn(
          statement + ": the PARTITION clause fixes the column " + name + " already");
    }
    return schema.columns().size() + partitionIndex;
  }

  /** Why omitted columns need the SQL engine, or null. */
  private @Nullable String checkOmitted(int[] targets) throws SQLException {
    for (int i = 0; i < schema.columns().size(); i++) {
      int index = i;
      if (Arrays.stream(targets).noneMatch(target -> target == index)) {
        Column column = schema.columns().get(i);
        if (column.defaultValue() != null) {
          return "the omitted column " + column.name() + " has a default value";
        }
        if (!column.nullable()) {
          throw SqlErrors.nullNotAllowed(
              statement
                  + ": the column "
                  + column.name()
                  + " is NOT NULL and has no default value; name it in the column list");
        }
      }
    }
    return null;
  }

  private String names(int[] targets) {
    List<Column> all = schema.allColumns();
    return names(Arrays.stream(targets).mapToObj(all::get).toList());
  }

  private static String names(List<Column> columns) {
    return String.join(", ", columns.stream().map(Column::name).toList());
  }
}
