package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.Clustering;
import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What CREATE TABLE and ALTER TABLE say about a table, and what a table has to be like. */
final class TableDefinition {
  private static final Set<PrimitiveType> PARTITION_TYPES =
      Set.of(
          PrimitiveType.TINYINT,
          PrimitiveType.SMALLINT,
          PrimitiveType.INT,
          PrimitiveType.BIGINT,
          PrimitiveType.STRING,
          PrimitiveType.DATE);

  private TableDefinition() {}

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
  static TableEntry entry(
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
}
