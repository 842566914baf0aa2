package io.tunnel.server.sql;

import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** CREATE TABLE and DROP TABLE. */
final class TableStatements {
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
      schema =
          new TableSchema(
              TableDefinition.columns(create.columns()),
              TableDefinition.columns(create.partitionColumns()));
    }
    TableEntry table = TableDefinition.entry(running, create, target, schema, model, now);
    TableDefinition.check(table);
    Map<String, String> defaults = ColumnDefaults.of(table.schema(), translator);
    try (CatalogChange change =
        CatalogChange.begin(workspace.catalog(), workspace.database(), now)) {
      change.createTable(table, defaults);
      long rows = sql == null ? 0 : inserts.fill(running, change, table, sql);
      change.commit();
      return sql == null ? TaskResult.silent() : TaskResult.wrote(table.qualifiedName(), rows);
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
      try (CatalogChange change =
          CatalogChange.begin(
              workspace.catalog(), workspace.database(), workspace.clock().instant())) {
        change.dropTable(table);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }
}
