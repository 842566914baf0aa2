package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.MergeClause;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** UPDATE, DELETE and MERGE: changes of single rows, for transactional tables only. */
final class RowStatements {
  private final Workspace workspace;

  RowStatements(Workspace workspace) {
    this.workspace = workspace;
  }

  /** A statement on its way into DuckDB. */
  private record Work(TableEntry table, String alias, DuckDbTranslator translator) {}

  @FunctionalInterface
  private interface Translation {
    String sql(Work work) throws SqlFailure, SqlTranslationException;
  }

  TaskResult update(Running running, Statement.Update update)
      throws SqlFailure, SqlTranslationException, SQLException {
    return run(running, update.target(), update.alias(), "UPDATE", work -> update(work, update));
  }

  private static String update(Work work, Statement.Update update)
      throws SqlFailure, SqlTranslationException {
    StringBuilder sql =
        new StringBuilder("UPDATE ")
            .append(work.table.physicalName())
            .append(" AS ")
            .append(ColumnStorage.quote(work.alias))
            .append(" SET ")
            .append(assignments(work, update.assignments()));
    if (update.from() != null) {
      sql.append(" FROM ").append(work.translator.from(update.from()));
    }
    return sql + where(work, update.where());
  }

  TaskResult delete(Running running, Statement.Delete delete)
      throws SqlFailure, SqlTranslationException, SQLException {
    return run(
        running,
        delete.target(),
        delete.alias(),
        "DELETE",
        work ->
            "DELETE FROM "
                + work.table.physicalName()
                + " AS "
                + ColumnStorage.quote(work.alias)
                + where(work, delete.where()));
  }

  TaskResult merge(Running running, Statement.Merge merge)
      throws SqlFailure, SqlTranslationException, SQLException {
    return run(running, merge.target(), merge.alias(), "MERGE", work -> merge(work, merge));
  }

  private static String merge(Work work, Statement.Merge merge)
      throws SqlFailure, SqlTranslationException {
    StringBuilder sql =
        new StringBuilder("MERGE INTO ")
            .append(work.table.physicalName())
            .append(" AS ")
            .append(ColumnStorage.quote(work.alias))
            .append(" USING ")
            .append(work.translator.from(merge.source()))
            .append(" ON ")
            .append(work.translator.value(merge.on()));
    for (MergeClause clause : merge.clauses()) {
      boolean matched = !(clause instanceof MergeClause.Insert);
      sql.append(matched ? " WHEN MATCHED" : " WHEN NOT MATCHED");
      if (clause.condition() != null) {
        sql.append(" AND ").append(work.translator.value(clause.condition()));
      }
      sql.append(" THEN ");
      if (clause instanceof MergeClause.Update update) {
        sql.append("UPDATE SET ").append(assignments(work, update.assignments()));
      } else if (clause instanceof MergeClause.Insert insert) {
        insert(work, insert, sql);
      } else {
        sql.append("DELETE");
      }
    }
    return sql.toString();
  }

  private static void insert(Work work, MergeClause.Insert insert, StringBuilder sql)
      throws SqlFailure, SqlTranslationException {
    List<Column> columns = work.table.schema().allColumns();
    if (!insert.columns().isEmpty()) {
      List<Column> named = new ArrayList<>();
      for (String name : insert.columns()) {
        named.add(column(work.table, name));
      }
      columns = named;
    }
    for (String key : work.table.primaryKey()) {
      if (columns.stream().noneMatch(column -> column.name().equals(key))) {
        throw SqlFailure.semantic("column " + key + " of the primary key needs a value");
      }
    }
    if (columns.size() != insert.values().size()) {
      throw SqlFailure.semantic(
          "the INSERT of the MERGE gives "
              + insert.values().size()
              + " values, "
              + work.table.qualifiedName()
              + " takes "
              + columns.size());
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      values.add(value(work, columns.get(i), insert.values().get(i)));
    }
    sql.append("INSERT (")
        .append(
            columns.stream()
                .map(c -> ColumnStorage.quote(c.name()))
                .collect(Collectors.joining(", ")))
        .append(") VALUES (")
        .append(String.join(", ", values))
        .append(')');
  }

  private static String assignments(Work work, List<Statement.Assignment> assignments)
      throws SqlFailure, SqlTranslationException {
    List<String> texts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Statement.Assignment assignment : assignments) {
      String name = assignment.column();
      Column column = column(work.table, name);
      if (work.table.schema().indexOf(name) < 0 || work.table.primaryKey().contains(name)) {
        throw SqlFailure.semantic(
            "column "
                + name
                + " is part of the partition or of the primary key and keeps its value");
      }
      if (!names.add(name)) {
        throw SqlFailure.semantic("column " + name + " is there twice");
      }
      texts.add(ColumnStorage.quote(name) + " = " + value(work, column, assignment.value()));
    }
    return String.join(", ", texts);
  }

  private static String value(Work work, Column column, Value value)
      throws SqlTranslationException {
    return InsertStatement.stored(column.type(), work.translator.value(value), "");
  }

  private static Column column(TableEntry table, String name) throws SqlFailure {
    int data = table.schema().indexOf(name);
    int partition = table.schema().partitionIndexOf(name);
    if (data < 0 && partition < 0) {
      throw SqlFailure.semantic(
          "column " + name + " cannot be resolved in " + table.qualifiedName());
    }
    return data >= 0
        ? table.schema().columns().get(data)
        : table.schema().partitionColumns().get(partition);
  }

  private static String where(Work work, Value.@Nullable Expression where)
      throws SqlTranslationException {
    return where == null ? "" : " WHERE " + work.translator.value(where);
  }

  private TaskResult run(
      Running running,
      ObjectName name,
      @Nullable String given,
      String verb,
      Translation translation)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableNames.Target target = running.names().target(name);
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().requireTable(name);
      if (!table.isTransactional()) {
        throw SqlFailure.semantic(
            verb
                + " needs a transactional table: create "
                + table.qualifiedName()
                + " with TBLPROPERTIES (\"transactional\"=\"true\")");
      }
      DuckDbTranslator translator = new TableResolution(running).translator();
      String alias = given == null ? name.last() : given;
      try {
        return run(running, new Work(table, alias, translator), verb, translation);
      } catch (SQLException e) {
        if (!DuckDbErrors.isProductTooLong(e)) {
          throw e;
        }
        return run(running, new Work(table, alias, translator.exact()), verb, translation);
      }
    } finally {
      lock.unlock();
    }
  }

  private TaskResult run(Running running, Work work, String verb, Translation translation)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableEntry table = work.table;
    String sql = translation.sql(work);
    try (CatalogChange change =
        CatalogChange.begin(
            workspace.catalog(), workspace.database(), workspace.clock().instant())) {
      boolean mayInsert = verb.equals("MERGE");
      long last = mayInsert ? lastRow(change, table) : 0;
      long rows = InsertStatement.interruptible(running, change, sql);
      if (mayInsert) {
        dropReplaced(running, change, table, last);
        addPartitions(change, table);
      }
      if (table.primaryKey().isEmpty()) {
        change.replacesRows(table);
      } else {
        change.mergesRows();
      }
      change.touch(table);
      change.commit();
      return TaskResult.wrote(table.qualifiedName(), rows);
    }
  }

  /** The largest number of a row; rows that come later have larger ones. */
  private static long lastRow(CatalogChange change, TableEntry table) throws SQLException {
    try (java.sql.Statement statement = change.connection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(max(rowid), -1) FROM " + table.physicalName())) {
      row.next();
      return row.getLong(1);
    }
  }

  /** As after an INSERT: of the rows with one key the one that was put in last stays. */
  private static void dropReplaced(
      Running running, CatalogChange change, TableEntry table, long last)
      throws SqlFailure, SQLException {
    if (table.primaryKey().isEmpty()) {
      return;
    }
    List<String> key = new ArrayList<>(table.primaryKey());
    table.schema().partitionColumns().forEach(column -> key.add(column.name()));
    String columns = key.stream().map(ColumnStorage::quote).collect(Collectors.joining(", "));
    String same =
        key.stream()
            .map(ColumnStorage::quote)
            .map(column -> "kept." + column + " = fresh." + column)
            .collect(Collectors.joining(" AND "));
    String sql =
        "DELETE FROM "
            + table.physicalName()
            + " AS kept USING (SELECT "
            + columns
            + ", max(rowid) AS \"$row\" FROM "
            + table.physicalName()
            + " WHERE rowid > "
            + last
            + " GROUP BY "
            + columns
            + ") AS fresh WHERE "
            + same
            + " AND kept.rowid < fresh.\"$row\"";
    InsertStatement.interruptible(running, change, sql);
  }

  /** A MERGE may have put rows into partitions that were not there before. */
  private void addPartitions(CatalogChange change, TableEntry table)
      throws SqlFailure, SQLException {
    List<Column> levels = table.schema().partitionColumns();
    if (levels.isEmpty()) {
      return;
    }
    String columns =
        levels.stream()
            .map(c -> "CAST(" + ColumnStorage.quote(c.name()) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    Set<PartitionSpec> partitions = new HashSet<>();
    try (java.sql.Statement statement = change.connection().createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT DISTINCT " + columns + " FROM " + table.physicalName())) {
      while (found.next()) {
        Map<String, @Nullable String> values = new HashMap<>();
        for (int i = 0; i < levels.size(); i++) {
          values.put(levels.get(i).name(), found.getString(i + 1));
        }
        partitions.add(InsertStatement.spec(table, values));
      }
    }
    for (PartitionSpec spec : partitions) {
      if (workspace.catalog().partition(table, spec).isEmpty()) {
        change.putPartition(table, spec);
      }
    }
  }
}
