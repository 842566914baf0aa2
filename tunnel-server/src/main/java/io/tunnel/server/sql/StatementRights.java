package io.tunnel.server.sql;

import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.ReadTables;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.UnsupportedSqlException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rights that the statements of one account need, told from the parsed statements and the names
 * in them. A view gives nobody a right: whoever reads it needs the right to read what it reads.
 */
final class StatementRights {
  private final Rights rights;
  private final String owner;

  StatementRights(JobRequest job) {
    rights = job.rights();
    owner = job.owner();
  }

  /**
   * Refuses a statement for which the account lacks a right, whether or not its tables exist.
   *
   * @throws SqlFailure that names the right, the account and the object
   */
  void require(Statement statement, TableNames names) throws SqlFailure, SqlTranslationException {
    if (!rights.isEverything()) {
      requireChange(statement, names);
      requireRead(statement, names, new HashSet<>());
    }
  }

  private void requireChange(Statement statement, TableNames names) throws SqlFailure {
    if (statement instanceof Statement.Insert insert) {
      table(Right.WRITE, insert.target(), names);
    } else if (statement instanceof Statement.MultiInsert several) {
      for (Statement.Insert insert : several.inserts()) {
        table(Right.WRITE, insert.target(), names);
      }
    } else if (statement instanceof Statement.Update update) {
      table(Right.WRITE, update.target(), names);
    } else if (statement instanceof Statement.Delete delete) {
      table(Right.WRITE, delete.target(), names);
    } else if (statement instanceof Statement.Merge merge) {
      table(Right.WRITE, merge.target(), names);
    } else if (statement instanceof Statement.TruncateTable truncate) {
      table(Right.WRITE, truncate.table(), names);
    } else if (statement instanceof Statement.AddPartition add) {
      table(Right.WRITE, add.table(), names);
    } else if (statement instanceof Statement.DropPartition drop) {
      table(Right.WRITE, drop.table(), names);
    } else if (statement instanceof Statement.CreateTable create) {
      table(Right.ADMIN, create.table(), names);
    } else if (statement instanceof Statement.DropTable drop) {
      table(Right.ADMIN, drop.table(), names);
    } else if (statement instanceof Statement.AlterTable alter) {
      table(Right.ADMIN, alter.table(), names);
    } else if (statement instanceof Statement.CreateView create) {
      table(Right.ADMIN, create.view(), names);
    } else if (statement instanceof Statement.DropView drop) {
      table(Right.ADMIN, drop.view(), names);
    } else if (statement instanceof Statement.CreateSchema create) {
      schema(create.schema(), names);
    } else if (statement instanceof Statement.DropSchema drop) {
      schema(drop.schema(), names);
    } else if (statement instanceof Statement.Explain explain) {
      requireChange(explain.statement(), names);
    } else {
      requireShow(statement, names);
    }
  }

  private void requireShow(Statement statement, TableNames names) throws SqlFailure {
    if (statement instanceof Statement.ShowTables show) {
      list(show.in(), names);
    } else if (statement instanceof Statement.ShowViews show) {
      list(show.in(), names);
    } else if (statement instanceof Statement.ShowSchemas show) {
      project(Right.READ, show.in() == null ? names.project() : show.in().last());
    } else if (statement instanceof Statement.DescribeSchema describe) {
      project(Right.READ, schemaProject(describe.schema(), names));
    } else if (statement instanceof Statement.ShowPartitions show) {
      table(Right.READ, show.table(), names);
    } else if (statement instanceof Statement.ShowCreateTable show) {
      table(Right.READ, show.table(), names);
    } else if (statement instanceof Statement.DescribeTable describe) {
      table(Right.READ, describe.table(), names);
    } else if (statement instanceof Statement.Query
        || statement instanceof Statement.ShowFunctions
        || statement instanceof Statement.ShowProjects
        || statement instanceof Statement.Unsupported
        || statement instanceof Statement.Upsert
        || statement instanceof Statement.WhoAmI) {
      project(Right.READ, names.project());
    } else {
      // A kind of statement that nobody has thought of here.
      project(Right.ADMIN, names.project());
    }
  }

  private void list(@Nullable ObjectName in, TableNames names) throws SqlFailure {
    project(Right.READ, in == null ? names.project() : names.projectOfSchema(in));
  }

  private void schema(ObjectName schema, TableNames names) throws SqlFailure {
    project(Right.ADMIN, schemaProject(schema, names));
  }

  /** Schemas are named with their project or alone. */
  private static String schemaProject(ObjectName schema, TableNames names) {
    return schema.parts().size() == 1 ? names.project() : schema.parts().get(0);
  }

  private void requireRead(Statement statement, TableNames names, Set<String> views)
      throws SqlFailure, SqlTranslationException {
    for (ObjectName name : ReadTables.of(statement)) {
      table(Right.READ, name, names);
      TableEntry found = names.find(name).orElse(null);
      String text = found == null ? null : found.viewText();
      if (found != null && text != null && views.add(found.id())) {
        requireRead(query(found, text), names.inView(found), views);
      }
    }
  }

  private static Statement query(TableEntry view, String text) throws UnsupportedSqlException {
    try {
      return MaxComputeSql.parseScript(text).statements().get(0);
    } catch (SqlSyntaxException e) {
      throw new UnsupportedSqlException(
          0, 0, "view " + view.qualifiedName() + " cannot be read: " + e.getMessage());
    }
  }

  /** Refuses what an account may not do with a table. */
  void table(Right needed, ObjectName name, TableNames names) throws SqlFailure {
    String project = names.projectOf(name);
    require(needed, project, "projects/" + project + "/tables/" + name.last());
  }

  private void project(Right needed, String project) throws SqlFailure {
    require(needed, project, "projects/" + project);
  }

  private void require(Right needed, String project, String object) throws SqlFailure {
    if (!rights.allow(needed, project)) {
      throw SqlFailure.of(
          SqlFailure.NO_PERMISSION,
          "Authorization exception - " + rights.refusal(needed, owner, object, project));
    }
  }
}
