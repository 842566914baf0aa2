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
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.Clustering;
import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      if (running.names().find(target).isPresent()) {
        if (create.ifNotExists()) {
          return TaskResult.silent();
        }
        throw SqlFailure.semantic("table " + target + " already exists");
      }
      DuckDbTranslator translator = queries.translator(running);
      try {
        return create(running, create, target, translator);
      } catch (SQLException e) {
        if (create.asQuery() == null || !DuckDbErrors.isProductTooLong(e)) {
          throw e;
        }
        return create(running, create, target, translator.exact());
      }
    } finally {
      lock.unlock();
    }
  }

  private TaskResult create(
      Running running,
      Statement.CreateTable create,
      TableNames.Target target,
      DuckDbTranslator translator)
      throws SqlFailure, SqlTranslationException, SQLException, IOException {
    Instant now = workspace.clock().instant();
    Statement.Query query = create.asQuery();
    ObjectName like = create.like();
    String sql = null;
    TableSchema schema;
    TableEntry model = null;
    if (query != null) {
      if (!create.columns().isEmpty() || !create.partitionColumns().isEmpty()) {
        throw SqlFailure.semantic(
            "CREATE TABLE AS takes its columns from the query and makes no partitions:"
                + " leave out the column list and PARTITIONED BY");
      }
      sql = translator.query(query);
      schema = queries.schemaOf(sql, running, query);
    } else if (like != null) {
      model = running.names().requireTable(like);
      schema = model.schema();
    } else {
      schema = new TableSchema(columns(create.columns()), columns(create.partitionColumns()));
    }
    TableEntry table = entry(running, create, target, schema, model, now);
    check(table);
    Map<String, String> defaults = ColumnDefaults.of(table.schema(), translator);
    try (CatalogChange change =
        CatalogChange.begin(workspace.catalog(), workspace.database(), now)) {
      change.createTable(table, defaults);
      long rows = sql == null ? 0 : inserts.fill(running, change, table, sql);
      change.commit();
      return sql == null ? TaskResult.silent() : TaskResult.wrote(table.qualifiedName(), rows);
    }
  }

  /** The properties of a statement, without those that are none of its business. */
  static Map<String, String> own(Map<String, String> properties) {
    Map<String, String> own = new LinkedHashMap<>(properties);
    own.remove(TableClustering.PROPERTY);
    return own;
  }

  static TableClustering clustering(Clustering clustering) {
    return new TableClustering(
        clustering.isRange(),
        clustering.columns(),
        clustering.sorted().stream()
            .map(c -> new TableClustering.SortColumn(c.name(), c.isDescending()))
            .toList(),
        clustering.buckets());
  }

  /** LIKE copies everything but the life cycle. */
  private static TableEntry entry(
      Running running,
      Statement.CreateTable create,
      TableNames.Target target,
      TableSchema schema,
      @Nullable TableEntry model,
      Instant now) {
    List<String> primaryKey = model == null ? create.primaryKey() : model.primaryKey();
    Map<String, String> properties =
        new LinkedHashMap<>(model == null ? Map.of() : model.properties());
    properties.putAll(own(create.properties()));
    if (create.clustering() != null) {
      properties.putAll(clustering(create.clustering()).addTo(Map.of()));
    }
    String comment = create.comment();
    if (comment == null) {
      comment = model == null ? "" : model.comment();
    }
    return new TableEntry(
        UUID.randomUUID().toString().replace("-", ""),
        target.project(),
        target.schema(),
        target.table(),
        notNull(schema, primaryKey),
        comment,
        running.instance().job().owner(),
        create.lifecycle() == null ? -1 : create.lifecycle(),
        properties,
        primaryKey,
        now,
        now,
        now,
        0,
        null);
  }

  private static TableSchema notNull(TableSchema schema, List<String> primaryKey) {
    List<Column> columns = new ArrayList<>();
    for (Column column : schema.columns()) {
      columns.add(primaryKey.contains(column.name()) ? column.notNull() : column);
    }
    return new TableSchema(columns, schema.partitionColumns());
  }

  static List<Column> columns(List<ColumnDefinition> definitions) throws SqlFailure {
    List<Column> columns = new ArrayList<>();
    for (ColumnDefinition definition : definitions) {
      columns.add(column(definition));
    }
    return columns;
  }

  private static Column column(ColumnDefinition definition) throws SqlFailure {
    Value defaultValue = definition.defaultValue();
    try {
      return new Column(
          definition.name(),
          MaxComputeType.parse(definition.type()),
          definition.nullable(),
          definition.comment() == null ? "" : definition.comment(),
          defaultValue == null ? null : ColumnDefaults.text(defaultValue));
    } catch (IllegalArgumentException e) {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC,
          "Semantic analysis exception - column " + definition.name() + ": " + e.getMessage(),
          e);
    }
  }

  static void check(TableEntry table) throws SqlFailure {
    TableSchema schema = table.schema();
    if (schema.columns().isEmpty()) {
      throw SqlFailure.semantic("a table needs at least one column");
    }
    Set<String> names = new HashSet<>();
    for (Column column : schema.allColumns()) {
      if (!names.add(column.name())) {
        throw SqlFailure.semantic("column " + column.name() + " is there twice");
      }
    }
    for (Column column : schema.partitionColumns()) {
      MaxComputeType type = column.type();
      if (!PARTITION_TYPES.contains(type)
          && !(type instanceof CharType)
          && !(type instanceof VarcharType)) {
        throw SqlFailure.semantic(
            "partition column " + column.name() + " cannot have the type " + type);
      }
    }
    TableClustering clustering = TableClustering.of(table);
    if (clustering != null) {
      List<String> used = new ArrayList<>(clustering.columns());
      clustering.sorted().forEach(column -> used.add(column.name()));
      for (String column : used) {
        if (schema.indexOf(column) < 0) {
          throw SqlFailure.semantic("the clustering needs the column " + column);
        }
      }
    }
    if (!table.primaryKey().isEmpty() && !table.isTransactional()) {
      throw SqlFailure.semantic(
          "PRIMARY KEY needs a transactional table: add TBLPROPERTIES"
              + " (\"transactional\"=\"true\")");
    }
    requireBuckets(table.properties());
    for (String key : table.primaryKey()) {
      if (schema.indexOf(key) < 0) {
        throw SqlFailure.semantic("the primary key names the unknown column " + key);
      }
    }
  }

  /** Refuses a number of buckets that no session could have. */
  static void requireBuckets(Map<String, String> properties) throws SqlFailure {
    String buckets = properties.get(TableEntry.WRITE_BUCKETS);
    if (buckets != null && !buckets.matches("[1-9]\\d{0,2}|[1-3]\\d{3}|40[0-8]\\d|409[0-6]")) {
      throw SqlFailure.semantic(
          TableEntry.WRITE_BUCKETS + " must be a number from 1 to 4096, not \"" + buckets + "\"");
    }
  }

  TaskResult drop(Running running, Statement.DropTable drop) throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(drop.table());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      if (drop.ifExists() && running.names().find(drop.table()).isEmpty()) {
        return TaskResult.silent();
      }
      TableEntry table = running.names().requireTable(drop.table());
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
