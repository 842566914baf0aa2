package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableEntry.Definition;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.Clustering;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.TableChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE, except for adding and dropping partitions. */
final class AlterStatement {
  private final Workspace workspace;

  AlterStatement(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult run(Running running, Statement.AlterTable alter)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableNames.Target target = running.names().target(alter.table());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().require(alter.table());
      try (CatalogChange change =
          CatalogChange.begin(
              workspace.catalog(), workspace.database(), workspace.clock().instant())) {
        apply(running, change, table, alter);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  private void apply(
      Running running, CatalogChange change, TableEntry table, Statement.AlterTable alter)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableChange what = alter.change();
    if (table.isView() && !isForViews(what)) {
      throw SqlFailure.semantic(table.qualifiedName() + " is a view, a table is needed");
    }
    if (!alter.partition().isEmpty()) {
      partition(change, table, alter.partition(), what);
      return;
    }
    Definition now = table.definition();
    if (what instanceof TableChange.Rename rename) {
      rename(running, change, table, rename.name());
    } else if (what instanceof TableChange.SetComment comment) {
      redefine(change, table, now.withComment(comment.comment()));
    } else if (what instanceof TableChange.SetLifecycle lifecycle) {
      redefine(change, table, now.withLifecycle(lifecycle.days()));
    } else if (what instanceof TableChange.EnableLifecycle enable) {
      properties(change, table, Map.of("lifecycle.enabled", String.valueOf(enable.enabled())));
    } else if (what instanceof TableChange.SetProperties set) {
      TableDefinition.requireBuckets(set.properties());
      properties(change, table, TableDefinition.own(set.properties()));
    } else if (what instanceof TableChange.SetClustering set) {
      cluster(change, table, set.clustering());
    } else if (what instanceof TableChange.ChangeOwner owner) {
      redefine(change, table, now.withOwner(owner.owner()));
    } else if (what instanceof TableChange.Touch) {
      redefine(change, table, now);
    } else if (what instanceof TableChange.RenamePartition) {
      throw SqlFailure.semantic("RENAME TO PARTITION needs the partition's old name before it");
    } else {
      columns(running, change, table, what);
    }
  }

  private static boolean isForViews(TableChange what) {
    return what instanceof TableChange.Rename
        || what instanceof TableChange.SetComment
        || what instanceof TableChange.ChangeOwner;
  }

  private void partition(
      CatalogChange change, TableEntry table, List<PartitionItem> items, TableChange what)
      throws SqlFailure, SQLException {
    PartitionSpec spec = PartitionValues.complete(table, items);
    if (workspace.catalog().partition(table, spec).isEmpty()) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND,
          "Partition not found - " + table.qualifiedName() + " has no partition " + spec);
    }
    if (what instanceof TableChange.RenamePartition rename) {
      PartitionSpec name = PartitionValues.complete(table, rename.name());
      if (workspace.catalog().partition(table, name).isPresent()) {
        throw SqlFailure.semantic(
            "partition " + name + " of " + table.qualifiedName() + " already exists");
      }
      change.renamePartition(table, spec, name);
      change.touch(table);
    } else if (what instanceof TableChange.Touch || what instanceof TableChange.EnableLifecycle) {
      // Partitions never expire here, so there is nothing to switch but the time.
      change.putPartition(table, spec);
    } else {
      throw SqlFailure.semantic(
          "ALTER TABLE with PARTITION takes RENAME TO PARTITION, TOUCH, ENABLE LIFECYCLE and"
              + " DISABLE LIFECYCLE");
    }
  }

  private static void redefine(CatalogChange change, TableEntry table, Definition definition)
      throws SQLException {
    change.redefine(table, table.redefined(definition, change.now()));
  }

  private static void properties(
      CatalogChange change, TableEntry table, Map<String, String> properties) throws SQLException {
    Map<String, String> all = new LinkedHashMap<>(table.properties());
    all.putAll(properties);
    redefine(change, table, table.definition().withProperties(all));
  }

  private static void cluster(
      CatalogChange change, TableEntry table, @Nullable Clustering clustering)
      throws SqlFailure, SQLException {
    Map<String, String> properties = new LinkedHashMap<>(table.properties());
    properties.remove(TableClustering.PROPERTY);
    if (clustering != null) {
      properties = TableDefinition.clustering(clustering).addTo(properties);
    }
    TableEntry changed =
        table.redefined(table.definition().withProperties(properties), change.now());
    TableDefinition.check(changed);
    change.redefine(table, changed);
  }

  private void rename(Running running, CatalogChange change, TableEntry table, String name)
      throws SqlFailure, SQLException {
    TableNames.Target target = new TableNames.Target(table.project(), table.schemaName(), name);
    if (running.names().find(target).isPresent()) {
      throw SqlFailure.semantic("table " + target + " already exists");
    }
    redefine(change, table, table.definition().withName(name));
  }

  /** A column of the changed table, and where its values come from. */
  private record Slot(Column column, @Nullable Column source) {}

  private void columns(Running running, CatalogChange change, TableEntry table, TableChange what)
      throws SqlFailure, SqlTranslationException, SQLException {
    List<Slot> slots = new ArrayList<>();
    table.schema().columns().forEach(c -> slots.add(new Slot(c, c)));
    List<Slot> partitions = new ArrayList<>();
    table.schema().partitionColumns().forEach(c -> partitions.add(new Slot(c, c)));
    List<String> primaryKey = new ArrayList<>(table.primaryKey());
    if (what instanceof TableChange.CommentColumn comment) {
      List<Slot> side = table.schema().indexOf(comment.column()) >= 0 ? slots : partitions;
      int at = find(side, comment.column(), table);
      side.set(
          at,
          new Slot(withComment(side.get(at).column(), comment.comment()), side.get(at).column()));
    } else {
      change(table, slots, primaryKey, what);
    }
    TableSchema schema =
        new TableSchema(
            slots.stream().map(Slot::column).toList(),
            partitions.stream().map(Slot::column).toList());
    TableEntry changed =
        table.redefined(
            table
                .definition()
                .withSchema(schema, primaryKey)
                .withProperties(properties(table, slots)),
            change.now());
    TableDefinition.check(changed);
    if (isSameStorage(slots, table)) {
      change.redefine(table, changed);
      return;
    }
    slots.addAll(partitions);
    List<String> values = new ArrayList<>();
    for (Slot slot : slots) {
      values.add(value(slot));
    }
    change.rebuild(
        table,
        changed,
        ColumnDefaults.of(schema, new TableResolution(running).translator()),
        values);
  }

  /** The properties, in which the clustering has the new names of its columns. */
  private static Map<String, String> properties(TableEntry table, List<Slot> slots) {
    TableClustering clustering = TableClustering.of(table);
    if (clustering == null) {
      return table.properties();
    }
    for (Slot slot : slots) {
      if (slot.source() != null && !slot.source().name().equals(slot.column().name())) {
        clustering = clustering.renamed(slot.source().name(), slot.column().name());
      }
    }
    return clustering.addTo(table.properties());
  }

  private static boolean isSameStorage(List<Slot> slots, TableEntry table) {
    List<Column> old = table.schema().columns();
    if (slots.size() != old.size()) {
      return false;
    }
    for (int i = 0; i < slots.size(); i++) {
      Column column = slots.get(i).column();
      if (!column.name().equals(old.get(i).name())
          || !column.type().equals(old.get(i).type())
          || column.nullable() != old.get(i).nullable()) {
        return false;
      }
    }
    return true;
  }

  /** A new column has NULL in the rows that are there, whatever its default is. */
  private static String value(Slot slot) {
    Column source = slot.source();
    if (source == null) {
      return "NULL";
    }
    String stored = ColumnStorage.quote(source.name());
    return source.type().equals(slot.column().type())
        ? stored
        : InsertStatement.stored(
            slot.column().type(), stored, ColumnStorage.duckDbType(source.type()));
  }

  private static void change(
      TableEntry table, List<Slot> slots, List<String> primaryKey, TableChange what)
      throws SqlFailure {
    if (what instanceof TableChange.AddColumns add) {
      add(table, slots, add);
    } else if (what instanceof TableChange.DropColumns drop) {
      for (String name : drop.columns()) {
        if (primaryKey.contains(name)) {
          throw SqlFailure.semantic("column " + name + " of the primary key cannot be dropped");
        }
        slots.remove(find(slots, name, table));
      }
    } else if (what instanceof TableChange.RenameColumn rename) {
      int at = find(slots, rename.column(), table);
      Column old = slots.get(at).column();
      slots.set(
          at,
          new Slot(
              new Column(
                  rename.name(), old.type(), old.nullable(), old.comment(), old.defaultValue()),
              old));
      primaryKey.replaceAll(key -> key.equals(old.name()) ? rename.name() : key);
    } else if (what instanceof TableChange.AllowNull allow) {
      int at = find(slots, allow.column(), table);
      Column old = slots.get(at).column();
      if (primaryKey.contains(old.name())) {
        throw SqlFailure.semantic("column " + old.name() + " of the primary key stays NOT NULL");
      }
      slots.set(
          at,
          new Slot(
              new Column(old.name(), old.type(), true, old.comment(), old.defaultValue()), old));
    } else if (what instanceof TableChange.ChangeColumn changed) {
      replace(table, slots, primaryKey, changed);
    } else {
      throw new IllegalStateException("Not a change of columns: " + what);
    }
  }

  private static void add(TableEntry table, List<Slot> slots, TableChange.AddColumns add)
      throws SqlFailure {
    for (Column column : TableDefinition.columns(add.columns())) {
      boolean isThere =
          table.schema().indexOf(column.name()) >= 0
              || table.schema().partitionIndexOf(column.name()) >= 0;
      if (isThere && add.ifNotExists()) {
        continue;
      }
      if (isThere) {
        throw SqlFailure.semantic(
            "column " + column.name() + " of " + table.qualifiedName() + " already exists");
      }
      if (!column.nullable()) {
        throw SqlFailure.semantic(
            "column " + column.name() + " is added without values, it cannot be NOT NULL");
      }
      slots.add(new Slot(column, null));
    }
  }

  private static void replace(
      TableEntry table, List<Slot> slots, List<String> primaryKey, TableChange.ChangeColumn changed)
      throws SqlFailure {
    int at = find(slots, changed.column(), table);
    Column old = slots.get(at).column();
    Column given = TableDefinition.columns(List.of(changed.definition())).get(0);
    Column column =
        new Column(
            given.name(),
            given.type(),
            old.nullable(),
            changed.definition().comment() == null ? old.comment() : given.comment(),
            given.defaultValue() == null ? old.defaultValue() : given.defaultValue());
    if (primaryKey.contains(old.name()) && !old.type().equals(column.type())) {
      throw SqlFailure.semantic("column " + old.name() + " of the primary key keeps its type");
    }
    if (!TypeChanges.isAllowed(old.type(), column.type())) {
      throw SqlFailure.semantic(
          "column "
              + old.name()
              + " cannot be changed from "
              + old.type()
              + " to "
              + column.type());
    }
    primaryKey.replaceAll(key -> key.equals(old.name()) ? column.name() : key);
    slots.remove(at);
    TableChange.Position position = changed.position();
    int to = at;
    if (position != null) {
      String after = position.after();
      to = after == null ? 0 : find(slots, after, table) + 1;
    }
    slots.add(to, new Slot(column, old));
  }

  private static Column withComment(Column column, String comment) {
    return new Column(
        column.name(), column.type(), column.nullable(), comment, column.defaultValue());
  }

  private static int find(List<Slot> slots, String name, TableEntry table) throws SqlFailure {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).column().name().equals(name)) {
        return i;
      }
    }
    if (table.schema().partitionIndexOf(name) >= 0) {
      throw SqlFailure.semantic("partition column " + name + " cannot be changed");
    }
    throw SqlFailure.semantic("column " + name + " cannot be resolved in " + table.qualifiedName());
  }
}
