package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.locks.ReentrantLock;

/** TRUNCATE, and what adds and drops partitions. */
final class PartitionStatements {
  private final Workspace workspace;
  private final QueryStatement queries;

  PartitionStatements(Workspace workspace, QueryStatement queries) {
    this.workspace = workspace;
    this.queries = queries;
  }

  TaskResult truncate(Running running, Statement.TruncateTable truncate)
      throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(truncate.table());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().requireTable(truncate.table());
      List<PartitionSpec> partitions = new ArrayList<>();
      for (List<PartitionItem> items : truncate.partitions()) {
        for (PartitionEntry partition : matching(table, items, false)) {
          partitions.add(partition.spec());
        }
      }
      try (CatalogChange change = begin()) {
        if (truncate.partitions().isEmpty()) {
          change.deleteRows(table, null);
        }
        for (PartitionSpec partition : partitions) {
          change.deleteRows(table, partition);
          change.putPartition(table, partition);
        }
        change.touch(table);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  TaskResult addPartition(Running running, Statement.AddPartition add)
      throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(add.table());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().requireTable(add.table());
      requirePartitioned(table);
      try (CatalogChange change = begin()) {
        for (List<PartitionItem> items : add.partitions()) {
          PartitionSpec spec = PartitionValues.complete(table, items);
          if (workspace.catalog().partition(table, spec).isEmpty()) {
            change.putPartition(table, spec);
          } else if (!add.ifNotExists()) {
            throw SqlFailure.semantic(
                "partition " + spec + " of " + table.qualifiedName() + " already exists");
          }
        }
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  TaskResult dropPartition(Running running, Statement.DropPartition drop)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableNames.Target target = running.names().target(drop.table());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().requireTable(drop.table());
      requirePartitioned(table);
      try (CatalogChange change = begin()) {
        Set<PartitionSpec> dropped = new LinkedHashSet<>();
        for (List<PartitionItem> items : drop.partitions()) {
          matching(table, items, drop.ifExists()).forEach(p -> dropped.add(p.spec()));
        }
        DuckDbTranslator translator = queries.translator(running);
        for (Value.Expression condition : drop.conditions()) {
          dropped.addAll(
              matching(change, table, condition, translator.value(condition), drop.ifExists()));
        }
        for (PartitionSpec partition : dropped) {
          change.dropPartition(table, partition);
        }
        change.touch(table);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  private List<PartitionEntry> matching(
      TableEntry table, List<PartitionItem> items, boolean mayBeMissing) throws SqlFailure {
    Map<String, String> values = PartitionValues.texts(items);
    for (String name : values.keySet()) {
      if (table.schema().partitionIndexOf(name) < 0) {
        throw SqlFailure.semantic(table.qualifiedName() + " has no partition column " + name);
      }
    }
    List<PartitionEntry> found =
        workspace.catalog().partitions(table).stream()
            .filter(p -> p.spec().values().entrySet().containsAll(values.entrySet()))
            .toList();
    if (found.isEmpty() && !mayBeMissing) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND,
          "Partition not found - " + table.qualifiedName() + " has no partition " + values);
    }
    return found;
  }

  /** The partitions for whose values a condition is true. */
  private List<PartitionSpec> matching(
      CatalogChange change,
      TableEntry table,
      Value.Expression condition,
      String translated,
      boolean mayBeMissing)
      throws SqlFailure, SQLException {
    List<PartitionSpec> all =
        workspace.catalog().partitions(table).stream().map(PartitionEntry::spec).toList();
    List<PartitionSpec> found = new ArrayList<>();
    if (!all.isEmpty()) {
      List<Column> levels = table.schema().partitionColumns();
      StringJoiner rows = new StringJoiner(", ", "(VALUES ", ")");
      for (int i = 0; i < all.size(); i++) {
        StringJoiner row = new StringJoiner(", ", "(", ")");
        row.add(String.valueOf(i));
        for (Column level : levels) {
          row.add(CatalogChange.value(level, all.get(i)));
        }
        rows.add(row.toString());
      }
      StringJoiner names = new StringJoiner(", ", "(tunnel_number, ", ")");
      levels.forEach(level -> names.add(ColumnStorage.quote(level.name())));
      try (java.sql.Statement statement = change.connection().createStatement();
          ResultSet numbers =
              statement.executeQuery(
                  "SELECT tunnel_number FROM "
                      + rows
                      + " AS "
                      + ColumnStorage.quote(table.name())
                      + names
                      + " WHERE "
                      + translated)) {
        while (numbers.next()) {
          found.add(all.get(numbers.getInt(1)));
        }
      }
    }
    if (found.isEmpty() && !mayBeMissing) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND,
          "Partition not found - "
              + table.qualifiedName()
              + " has no partition with "
              + condition.sqlText());
    }
    return found;
  }

  private static void requirePartitioned(TableEntry table) throws SqlFailure {
    if (!table.schema().isPartitioned()) {
      throw SqlFailure.semantic(table.qualifiedName() + " is not partitioned");
    }
  }

  private CatalogChange begin() throws SQLException {
    return CatalogChange.begin(
        workspace.catalog(), workspace.database(), workspace.clock().instant());
  }
}
