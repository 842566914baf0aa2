package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** INSERT INTO and INSERT OVERWRITE, one or several; everything is one transaction. */
final class InsertStatement {
  /** The service's own limit. */
  private static final int MOST_INSERTS = 255;

  private final Workspace workspace;

  InsertStatement(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult run(Running running, Statement.Insert insert)
      throws SqlFailure, SqlTranslationException, SQLException {
    return run(running, List.of(insert));
  }

  /** Several INSERTs, of which each sees what was there before all of them. */
  TaskResult run(Running running, Statement.MultiInsert inserts)
      throws SqlFailure, SqlTranslationException, SQLException {
    if (inserts.inserts().size() > MOST_INSERTS) {
      throw SqlFailure.semantic(
          "one statement has at most "
              + MOST_INSERTS
              + " INSERTs, this one has "
              + inserts.inserts().size());
    }
    return run(running, inserts.inserts());
  }

  private TaskResult run(Running running, List<Statement.Insert> inserts)
      throws SqlFailure, SqlTranslationException, SQLException {
    Deque<ReentrantLock> held = new ArrayDeque<>();
    try {
      acquire(running, inserts, held);
      List<InsertPlan> plans = new ArrayList<>();
      for (Statement.Insert insert : inserts) {
        plans.add(plan(running.names().requireTable(insert.target()), insert));
      }
      requireDisjoint(plans);
      DuckDbTranslator translator = new TableResolution(running).translator();
      try {
        return write(running, plans, sources(translator, inserts));
      } catch (ProductTooLong e) {
        return write(running, plans, sources(translator.exact(), inserts));
      }
    } finally {
      held.forEach(ReentrantLock::unlock);
    }
  }

  /** Always in the same order, so that two statements never wait for each other. */
  private static void acquire(
      Running running, List<Statement.Insert> inserts, Deque<ReentrantLock> held)
      throws SqlFailure {
    SortedMap<String, TableNames.Target> targets = new TreeMap<>();
    for (Statement.Insert insert : inserts) {
      TableNames.Target target = running.names().target(insert.target());
      targets.put(target.toString(), target);
    }
    for (TableNames.Target target : targets.values()) {
      ReentrantLock lock = running.names().lock(target);
      running.instance().acquire(lock);
      held.push(lock);
    }
  }

  private static List<String> sources(DuckDbTranslator translator, List<Statement.Insert> inserts)
      throws SqlTranslationException {
    List<String> sources = new ArrayList<>();
    for (Statement.Insert insert : inserts) {
      sources.add(translator.insertSource(insert));
    }
    return sources;
  }

  /** No table twice, and no partition twice; INTO and OVERWRITE of one table do not mix. */
  private static void requireDisjoint(List<InsertPlan> plans) throws SqlFailure {
    for (int i = 0; i < plans.size(); i++) {
      for (InsertPlan other : plans.subList(0, i)) {
        InsertPlan plan = plans.get(i);
        String name = plan.table().qualifiedName();
        if (!other.table().id().equals(plan.table().id())) {
          continue;
        }
        if (!plan.table().schema().isPartitioned()
            || !plan.dynamic().isEmpty()
            || !other.dynamic().isEmpty()
            || plan.fixed().equals(other.fixed())) {
          throw SqlFailure.semantic(
              "one statement inserts into " + name + " twice: each table or partition only once");
        }
        if (plan.overwrite() != other.overwrite()) {
          throw SqlFailure.semantic(
              "one statement takes either INSERT INTO or INSERT OVERWRITE for " + name);
        }
      }
    }
  }

  private TaskResult write(Running running, List<InsertPlan> plans, List<String> sources)
      throws SqlFailure, SQLException {
    try (CatalogChange change =
        CatalogChange.begin(
            workspace.catalog(), workspace.database(), workspace.clock().instant())) {
      List<StagedRows> staged = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) {
        staged.add(
            StagedRows.of(
                workspace, running, change, plans.get(i), sources.get(i), i, plans.size() > 1));
      }
      Map<String, Long> outputs = new LinkedHashMap<>();
      for (StagedRows rows : staged) {
        outputs.merge(rows.table().qualifiedName(), rows.write(), Long::sum);
      }
      change.commit();
      return TaskResult.wrote(outputs);
    }
  }

  /** Fills a table that the same transaction has created; returns the number of rows. */
  long fill(Running running, CatalogChange change, TableEntry table, String source)
      throws SqlFailure, SQLException {
    InsertPlan plan = new InsertPlan(table, table.schema().columns(), Map.of(), List.of(), false);
    return StagedRows.of(workspace, running, change, plan, source, 0, false).write();
  }

  private static InsertPlan plan(TableEntry table, Statement.Insert insert) throws SqlFailure {
    TableSchema schema = table.schema();
    if (!insert.overwrite() && TableClustering.of(table) != null) {
      throw SqlFailure.semantic(
          table.qualifiedName()
              + " is clustered: use INSERT OVERWRITE, INSERT INTO is not allowed");
    }
    Map<String, String> fixed = new LinkedHashMap<>();
    Set<String> named = new HashSet<>();
    for (PartitionItem item : insert.partition()) {
      if (schema.partitionIndexOf(item.name()) < 0) {
        throw SqlFailure.semantic(
            table.qualifiedName() + " has no partition column " + item.name());
      }
      named.add(item.name());
      if (item.value() != null) {
        fixed.put(item.name(), PartitionValues.text(item));
      }
    }
    List<Column> given = new ArrayList<>();
    List<Column> dynamic = new ArrayList<>();
    List<String> names = DuckDbTranslator.targetColumns(insert, TableResolution.of(table));
    for (String name : names) {
      if (fixed.containsKey(name)) {
        continue;
      }
      int data = schema.indexOf(name);
      int partition = schema.partitionIndexOf(name);
      if (data < 0 && partition < 0) {
        throw SqlFailure.semantic(
            "column " + name + " cannot be resolved in " + table.qualifiedName());
      }
      Column column =
          data >= 0 ? schema.columns().get(data) : schema.partitionColumns().get(partition);
      if (given.contains(column)) {
        throw SqlFailure.semantic("column " + name + " is there twice");
      }
      given.add(column);
      if (partition >= 0) {
        dynamic.add(column);
        named.add(name);
      }
    }
    for (Column column : schema.partitionColumns()) {
      if (!named.contains(column.name())) {
        throw SqlFailure.semantic(
            table.qualifiedName()
                + " is partitioned: the statement needs PARTITION with "
                + column.name());
      }
    }
    return new InsertPlan(table, given, fixed, dynamic, insert.overwrite());
  }

  /** Runs a statement that a cancel can interrupt; returns its number of rows. */
  static long interruptible(Running running, CatalogChange change, String sql)
      throws SqlFailure, SQLException {
    try (java.sql.Statement statement = change.connection().createStatement()) {
      running.instance().setRunning(statement::cancel);
      return statement.executeLargeUpdate(sql);
    } finally {
      running.instance().setRunning(null);
    }
  }

  /**
   * The expression that makes a stored value from a value of any type.
   *
   * @param duckDbType the type of the value, or an empty string when it is not known
   */
  static String stored(MaxComputeType type, String value, String duckDbType) {
    String target = ColumnStorage.duckDbType(type);
    if (type instanceof CharType text) {
      return bounded(value, text.length());
    }
    if (type instanceof VarcharType text) {
      return bounded(value, text.length());
    }
    if (type == PrimitiveType.JSON) {
      return "CAST(CAST(" + value + " AS JSON) AS VARCHAR)";
    }
    if (type == PrimitiveType.BINARY) {
      return "mc_binary(" + value + ")";
    }
    if (duckDbType.equals("INTERVAL")) {
      if (type == PrimitiveType.INTERVAL_YEAR_MONTH) {
        return "CAST(12 * date_part('year', "
            + value
            + ") + date_part('month', "
            + value
            + ") AS INTEGER)";
      }
      if (type == PrimitiveType.INTERVAL_DAY_TIME) {
        return "CAST(1000 * epoch_us(" + value + ") AS BIGINT)";
      }
    }
    if (target.equals(duckDbType)) {
      return value;
    }
    String converted =
        switch (target) {
          case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" -> "mc_integer(" + value + ")";
          case "VARCHAR" -> "mc_string(" + value + ")";
          case "TIMESTAMP_MS" -> "mc_datetime(" + value + ")";
          default -> value;
        };
    return "CAST(" + converted + " AS " + target + ")";
  }

  private static String bounded(String value, int length) {
    String text = "mc_string(" + value + ")";
    return "CASE WHEN length("
        + text
        + ") > "
        + length
        + " THEN error('the value has more than "
        + length
        + " characters') ELSE "
        + text
        + " END";
  }

  /** The partition of a row by the values of its partition columns. */
  static PartitionSpec spec(TableEntry table, Map<String, ? extends @Nullable String> values)
      throws SqlFailure {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Column level : table.schema().partitionColumns()) {
      String value = values.get(level.name());
      if (value == null || value.isEmpty()) {
        throw SqlFailure.of(
            SqlFailure.RUNTIME,
            "Invalid arguments - partition column "
                + level.name()
                + " must be neither NULL nor empty");
      }
      ordered.put(level.name(), value);
    }
    try {
      return PartitionKeys.canonical(table.schema(), new PartitionSpec(ordered));
    } catch (IllegalArgumentException e) {
      throw SqlFailure.of(SqlFailure.RUNTIME, "Invalid arguments - " + e.getMessage(), e);
    }
  }
}
