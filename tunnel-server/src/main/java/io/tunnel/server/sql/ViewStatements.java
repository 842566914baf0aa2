package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** CREATE VIEW and DROP VIEW. A view is the text of its query, translated wherever it is read. */
final class ViewStatements {
  private final Workspace workspace;
  private final QueryStatement queries;

  ViewStatements(Workspace workspace, QueryStatement queries) {
    this.workspace = workspace;
    this.queries = queries;
  }

  TaskResult create(Running running, Statement.CreateView create)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableNames.Target target = running.names().target(create.view());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry old = running.names().find(target).orElse(null);
      if (old != null && create.ifNotExists()) {
        return TaskResult.silent();
      }
      if (old != null && !(create.orReplace() && old.isView())) {
        throw SqlFailure.semantic((old.isView() ? "view " : "table ") + target + " already exists");
      }
      TableResolution resolution = new TableResolution(running);
      String sql = resolution.translator().query(create.query());
      if (old != null && resolution.views().contains(old.id())) {
        throw SqlFailure.semantic("view " + target + " reads itself");
      }
      TableEntry view = entry(running, target, create, sql, old);
      try (CatalogChange change =
          CatalogChange.begin(workspace.catalog(), workspace.database(), view.changed())) {
        if (old != null) {
          change.dropTable(old);
        }
        change.createView(view);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  private TableEntry entry(
      Running running,
      TableNames.Target target,
      Statement.CreateView create,
      String sql,
      @Nullable TableEntry old)
      throws SqlFailure, SQLException {
    Instant now = workspace.clock().instant();
    return new TableEntry(
        UUID.randomUUID().toString().replace("-", ""),
        target.project(),
        target.schema(),
        target.table(),
        new TableSchema(columns(running, create, sql), List.of()),
        create.comment() == null ? "" : create.comment(),
        running.instance().job().owner(),
        -1,
        Map.of(),
        List.of(),
        old == null ? now : old.created(),
        now,
        now,
        0,
        create.queryText());
  }

  private List<Column> columns(Running running, Statement.CreateView create, String sql)
      throws SqlFailure, SQLException {
    List<Column> given = queries.schemaOf(sql, running, create.query()).columns();
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (!create.columns().isEmpty() && create.columns().size() != given.size()) {
      throw SqlFailure.semantic(
          "the view names " + create.columns().size() + " columns, its query has " + given.size());
    }
    for (int i = 0; i < given.size(); i++) {
      Column column = given.get(i);
      if (!create.columns().isEmpty()) {
        Statement.ViewColumn named = create.columns().get(i);
        String comment = named.comment();
        column =
            new Column(named.name(), column.type(), true, comment == null ? "" : comment, null);
      }
      if (!names.add(column.name())) {
        throw SqlFailure.semantic("column " + column.name() + " is there twice");
      }
      columns.add(column);
    }
    return columns;
  }

  TaskResult drop(Running running, Statement.DropView drop) throws SqlFailure, SQLException {
    TableNames.Target target = running.names().target(drop.view());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      if (drop.ifExists() && running.names().find(target).isEmpty()) {
        return TaskResult.silent();
      }
      TableEntry view = running.names().require(drop.view());
      if (!view.isView()) {
        throw SqlFailure.semantic(view.qualifiedName() + " is a table: use DROP TABLE");
      }
      try (CatalogChange change =
          CatalogChange.begin(
              workspace.catalog(), workspace.database(), workspace.clock().instant())) {
        change.dropTable(view);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }
}
