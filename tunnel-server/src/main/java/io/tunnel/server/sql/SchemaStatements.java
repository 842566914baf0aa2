package io.tunnel.server.sql;

import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Statement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** CREATE SCHEMA and DROP SCHEMA. */
final class SchemaStatements {
  private final Workspace workspace;

  /** Schemas are so few that they take turns. */
  private final ReentrantLock lock = new ReentrantLock();

  SchemaStatements(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult create(Running running, Statement.CreateSchema create)
      throws SqlFailure, SQLException {
    String project = project(running, create.schema());
    String name = create.schema().last();
    running.instance().acquire(lock);
    try {
      if (workspace.catalog().schemas(project).containsKey(name)) {
        if (create.ifNotExists()) {
          return TaskResult.silent();
        }
        throw SqlFailure.semantic("schema " + project + "." + name + " already exists");
      }
      try (CatalogChange change = begin()) {
        change.createSchema(project, name);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  TaskResult drop(Running running, Statement.DropSchema drop) throws SqlFailure, SQLException {
    String project = project(running, drop.schema());
    String name = drop.schema().last();
    running.instance().acquire(lock);
    try {
      if (!workspace.catalog().schemas(project).containsKey(name)) {
        if (drop.ifExists()) {
          return TaskResult.silent();
        }
        throw SqlFailure.of(
            SqlFailure.NOT_FOUND,
            "Schema not found - schema " + project + "." + name + " does not exist");
      }
      if (name.equals(TableEntry.DEFAULT_SCHEMA)) {
        throw SqlFailure.semantic("the schema default cannot be dropped");
      }
      if (!workspace.catalog().tables(project, name).isEmpty()) {
        throw SqlFailure.semantic(
            "schema " + project + "." + name + " is not empty: drop its tables before it");
      }
      try (CatalogChange change = begin()) {
        change.dropSchema(project, name);
        change.commit();
      }
      return TaskResult.silent();
    } finally {
      lock.unlock();
    }
  }

  private String project(Running running, ObjectName schema) throws SqlFailure {
    List<String> parts = schema.parts();
    String project = parts.size() == 1 ? running.names().project() : parts.get(0);
    if (parts.size() > 2 || !workspace.catalog().projects().containsKey(project)) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND, "Project not found - project " + project + " does not exist");
    }
    return project;
  }

  private CatalogChange begin() throws SQLException {
    return CatalogChange.begin(
        workspace.catalog(), workspace.database(), workspace.clock().instant());
  }
}
