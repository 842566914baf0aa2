package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlLiterals;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Statements that change tables and partitions as such. */
final class TableStatements {
  private static final Set<PrimitiveType> PARTITION_TYPES =
      Set.of(
          PrimitiveType.TINYINT,
          PrimitiveType.SMALLINT,
          PrimitiveType.INT,
          PrimitiveType.BIGINT,
          PrimitiveType.STRING,
          PrimitiveType.DATE);

  private final Workspace workspace;
  private final QueryStatement queries;
  private final InsertStatement inserts;

  TableStatements(Workspace workspace, QueryStatement queries, InsertStatement inserts) {
    this.workspace = workspace;
    this.queries = queries;
    this.inserts = inserts;
  }

  TaskResult create(Running running, Statement.CreateTable create)
      throws SqlFailure, SqlTranslationException, SQLException, IOException {
    TableNames.Target target = running.names().target(create.table());
    ReentrantLock lock = workspace.catalog().lock(target.project(), target.table());
    lock.lock();
    try {
      if (workspace.catalog().find(target.project(), target.table()).isPresent()) {
        if (create.ifNotExists()) {
          return TaskResult.silent();
        }
        throw semantic("table " + target + " already exists");
      }
      Instant now = workspace.clock().instant();
      DuckDbTranslator translator = QueryStatement.translator(running);
      Statement.Query query = create.asQuery();
      String sql = query == null ? null : translator.query(query);
      Map<String, String> defaults = new HashMap<>();
      TableSchema schema;
      if (query != null && sql != null) {
        schema = queries.schemaOf(sql, running, query);
      } else if (create.like() != null) {
        schema = running.names().require(create.like()).schema();
      } else {
        schema =
            new TableSchema(
                columns(create.columns(), translator, defaults),
                columns(create.partitionColumns(), translator, defaults));
      }
      check(schema, create.primaryKey());
      TableEntry table =
          new TableEntry(
              UUID.randomUUID().toString().replace("-", ""),
              target.project(),
              target.table(),
              notNull(schema, create.primaryKey()),
              create.comment() == null ? "" : create.comment(),
              running.instance().job().owner(),
              create.lifecycle() == null ? -1 : create.lifecycle(),
              create.properties(),
              create.primaryKey(),
              now,
              now,
              now,
              0);
      try (CatalogChange change =
          CatalogChange.begin(workspace.catalog(), workspace.database(), now)) {
        change.createTable(table, defaults);
        long rows = sql == null ? 0 : inserts.fill(running, change, table, sql);
        change.commit();
        return sql == null ? TaskResult.silent() : TaskResult.wrote(table.qualifiedName(), rows);
      }
    } finally {
      lock.unlock();
    }
  }

  private static TableSchema notNull(TableSchema schema, List<String> primaryKey) {
    List<Column> columns = new ArrayList<>();
    for (Column column : schema.columns()) {
      columns.add(primaryKey.contains(column.name()) ? column.notNull() : column);
    }
    return new TableSchema(columns, schema.partitionColumns());
  }

  private static List<Column> columns(
      List<ColumnDefinition> definitions, DuckDbTranslator translator, Map<String, String> defaults)
      throws SqlFailure, SqlTranslationException {
    List<Column> columns = new ArrayList<>();
    for (ColumnDefinition definition : definitions) {
      Value defaultValue = definition.defaultValue();
      if (defaultValue != null) {
        defaults.put(definition.name(), translator.value(defaultValue));
      }
      columns.add(
          new Column(
              definition.name(),
              type(definition),
              definition.nullable(),
              definition.comment() == null ? "" : definition.comment(),
              defaultValue == null ? null : text(defaultValue)));
    }
    return columns;
  }

  private static String text(Value value) {
    return value instanceof Value.Expression expression
        ? expression.sqlText()
        : SqlLiterals.literal(((Value.Literal) value).value());
  }

  private static MaxComputeType type(ColumnDefinition definition) throws SqlFailure {
    try {
      return MaxComputeType.parse(definition.type());
    } catch (IllegalArgumentException e) {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC,
          "Semantic analysis exception - column " + definition.name() + ": " + e.getMessage(),
          e);
    }
  }

  private static void check(TableSchema schema, List<String> primaryKey) throws SqlFailure {
    if (schema.columns().isEmpty()) {
      throw semantic("a table needs at least one column");
    }
    Set<String> names = new HashSet<>();
    for (Column column : schema.allColumns()) {
      if (!names.add(column.name())) {
        throw semantic("column " + column.name() + " is there twice");
      }
    }
    for (Column column : schema.partitionColumns()) {
      MaxComputeType type = column.type();
      if (!PARTITION_TYPES.contains(type)
          && !(type instanceof CharType)
          && !(type instanceof VarcharType)) {
        throw semantic("partition column " + column.name() + " cannot have the type " + type);
      }
    }
    for (String key : primaryKey) {
      if (schema.indexOf(key) < 0) {
        throw semantic("the primary key names the unknown column " + key);
      }
    }
  }

  TaskResult drop(Running running, Statement.DropTable drop) throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(drop.table());
    ReentrantLock lock = workspace.catalog().lock(target.project(), target.table());
    lock.lock();
    try {
      if (drop.ifExists() && running.names().find(drop.table()).isEmpty()) {
        return TaskResult.silent();
      }
      TableEntry table = running.names().require(drop.table());
      try (CatalogChange change = begin()) {
        change.dropTable(table);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  TaskResult truncate(Running running, Statement.TruncateTable truncate)
      throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(truncate.table());
    ReentrantLock lock = workspace.catalog().lock(target.project(), target.table());
    lock.lock();
    try {
      TableEntry table = running.names().require(truncate.table());
      List<PartitionSpec> partitions = new ArrayList<>();
      for (List<PartitionItem> items : truncate.partitions()) {
        for (PartitionEntry partition : matching(table, items, false)) {
          partitions.add(partition.spec());
        }
      }
      try (CatalogChange change = begin()) {
        if (truncate.partitions().isEmpty()) {
          change.execute("DELETE FROM " + table.physicalName());
        }
        for (PartitionSpec partition : partitions) {
          change.execute(
              "DELETE FROM "
                  + table.physicalName()
                  + " WHERE "
                  + CatalogChange.condition(table, partition));
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
    ReentrantLock lock = workspace.catalog().lock(target.project(), target.table());
    lock.lock();
    try {
      TableEntry table = running.names().require(add.table());
      requirePartitioned(table);
      try (CatalogChange change = begin()) {
        for (List<PartitionItem> items : add.partitions()) {
          PartitionSpec spec = PartitionValues.complete(table, items);
          if (workspace.catalog().partition(table, spec).isEmpty()) {
            change.putPartition(table, spec);
          } else if (!add.ifNotExists()) {
            throw semantic(
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
      throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(drop.table());
    ReentrantLock lock = workspace.catalog().lock(target.project(), target.table());
    lock.lock();
    try {
      TableEntry table = running.names().require(drop.table());
      requirePartitioned(table);
      try (CatalogChange change = begin()) {
        for (List<PartitionItem> items : drop.partitions()) {
          for (PartitionEntry partition : matching(table, items, drop.ifExists())) {
            change.dropPartition(table, partition.spec());
          }
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
        throw semantic(table.qualifiedName() + " has no partition column " + name);
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

  private static void requirePartitioned(TableEntry table) throws SqlFailure {
    if (!table.schema().isPartitioned()) {
      throw semantic(table.qualifiedName() + " is not partitioned");
    }
  }

  private CatalogChange begin() throws SQLException {
    return CatalogChange.begin(
        workspace.catalog(), workspace.database(), workspace.clock().instant());
  }

  private static SqlFailure semantic(String text) {
    return SqlFailure.of(SqlFailure.SEMANTIC, "Semantic analysis exception - " + text);
  }
}
