package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.KeyedAction;
import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.Tuple;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.Literals;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.ColumnEquals;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plans UPDATE and DELETE of a table with a primary key whose WHERE is key = value AND …. */
final class KeyedPlanner {
  /** The beginning of messages: the statement with its table. */
  private final String statement;

  private final TableTarget target;
  private final TableSchema schema;

  /** The value of each data column that the statement names. */
  private final @Nullable Value[] data;

  private final @Nullable Value[] partition;

  private KeyedPlanner(String statement, TableTarget target) {
    this.statement = statement;
    this.target = target;
    schema = StatementPlanner.withKeysNotNull(target);
    data = new @Nullable Value[schema.columns().size()];
    partition = new @Nullable Value[schema.partitionColumns().size()];
  }

  static BatchPlan plan(Statement.Update update, TableTarget target) throws SQLException {
    KeyedPlanner planner = new KeyedPlanner("UPDATE " + update.target(), target);
    List<String> assigned = planner.assign(update.assignments());
    for (Statement.Assignment assignment : update.assignments()) {
      if (assignment.value() instanceof Value.Expression expression) {
        return new PlainSql("the expression " + expression.sqlText() + " needs the SQL engine");
      }
    }
    String left = planner.readKey(Objects.requireNonNull(update.where()), update.alias());
    if (left != null) {
      return new PlainSql(left);
    }
    // Nothing is left to be kept if the statement writes every column.
    boolean whole = assigned.size() + target.primaryKey().size() == planner.data.length;
    return planner.write(KeyedAction.UPDATE, whole ? List.of() : assigned);
  }

  static BatchPlan plan(Statement.Delete delete, TableTarget target) throws SQLException {
    KeyedPlanner planner = new KeyedPlanner("DELETE FROM " + delete.target(), target);
    String left = planner.readKey(Objects.requireNonNull(delete.where()), delete.alias());
    return left == null ? planner.write(KeyedAction.DELETE, List.of()) : new PlainSql(left);
  }

  private List<String> assign(List<Statement.Assignment> assignments) throws SQLException {
    List<String> names = new ArrayList<>();
    for (Statement.Assignment assignment : assignments) {
      String name = assignment.column();
      int index = schema.indexOf(name);
      if (index < 0 && schema.partitionIndexOf(name) < 0) {
        throw unknown(name);
      }
      if (index < 0 || target.isKey(schema.columns().get(index))) {
        throw SqlErrors.keyUpdate(
            statement
                + ": the column "
                + name
                + " is part of the "
                + (index < 0 ? "partition" : "primary key")
                + ", which an UPDATE cannot change; delete the row and insert another one");
      }
      if (data[index] != null) {
        throw SqlErrors.unknownColumn(statement + ": the column " + name + " is set twice");
      }
      data[index] = assignment.value();
      names.add(schema.columns().get(index).name());
    }
    return names;
  }

  /** Reads the WHERE clause; tells why it needs the SQL engine, or null. */
  private @Nullable String readKey(Value.Expression where, @Nullable String alias)
      throws SQLException {
    String table = alias == null ? target.table().table() : alias;
    List<ColumnEquals> parts = Objects.requireNonNull(ColumnEquals.allOf(where, table));
    for (ColumnEquals part : parts) {
      int index = schema.indexOf(part.column());
      int level = schema.partitionIndexOf(part.column());
      if (index < 0 && level < 0) {
        throw unknown(part.column());
      }
      if (index >= 0 && !target.isKey(schema.columns().get(index))) {
        return "the WHERE clause compares "
            + part.column()
            + ", which is not part of the primary key";
      }
      @Nullable Value[] values = index >= 0 ? data : partition;
      int place = index >= 0 ? index : level;
      if (values[place] != null) {
        return "the WHERE clause compares " + part.column() + " twice";
      }
      values[place] = part.value();
    }
    for (Column column : schema.columns()) {
      if (!target.isKey(column)) {
        continue;
      }
      if (data[schema.indexOf(column.name())] == null) {
        return "the WHERE clause lacks the key column " + column.name();
      }
      if (target.options().exactCounts() && !Literals.exist(column.type())) {
        return "keys of type " + column.type() + " cannot be looked up";
      }
    }
    for (int i = 0; i < partition.length; i++) {
      if (partition[i] == null) {
        return "the WHERE clause lacks the partition column "
            + schema.partitionColumns().get(i).name();
      }
    }
    return null;
  }

  private KeyedWrite write(KeyedAction action, List<String> updated) {
    List<Column> columns = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < data.length; i++) {
      Value value = data[i];
      if (value != null) {
        columns.add(schema.columns().get(i));
        values.add(value);
      }
    }
    List<Value> levels = new ArrayList<>();
    for (Value level : partition) {
      levels.add(Objects.requireNonNull(level));
    }
    return new KeyedWrite(
        new TableSchema(columns, schema.partitionColumns()),
        action,
        List.of(new Tuple(values, levels)),
        updated);
  }

  private SQLException unknown(String name) {
    return SqlErrors.unknownColumn(
        statement
            + ": there is no column "
            + name
            + "; the table has "
            + String.join(", ", schema.allColumns().stream().map(Column::name).toList()));
  }
}
