package io.tunnel.server.sql;

import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.ObjectName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the names of a statement mean: {@code table}, {@code project.table} or {@code schema.table},
 * {@code project.schema.table}. Of two parts the first is a schema when the setting {@code
 * odps.namespace.schema} is true or when there is no project of that name. What the account may not
 * read is not found; {@link StatementRights} says so before.
 */
final class TableNames {
  private final Catalog catalog;
  private final String project;
  private final Rights rights;
  private final String schema;
  private final boolean schemaFirst;

  TableNames(Catalog catalog, String project, Rights rights, Map<String, String> settings) {
    this.catalog = catalog;
    this.project = project;
    this.rights = rights;
    schema =
        settings
            .getOrDefault("odps.default.schema", TableEntry.DEFAULT_SCHEMA)
            .toLowerCase(Locale.ROOT);
    schemaFirst = Boolean.parseBoolean(settings.get("odps.namespace.schema"));
  }

  /** What the names in the query of a view mean to the same account. */
  TableNames inView(TableEntry view) {
    return new TableNames(
        catalog, view.project(), rights, Map.of("odps.default.schema", view.schemaName()));
  }

  /** A project, a schema and a table name; the table need not exist. */
  record Target(String project, String schema, String table) {
    @Override
    public String toString() {
      return project + "." + (schema.equals(TableEntry.DEFAULT_SCHEMA) ? "" : schema + ".") + table;
    }
  }

  /** A schema, which exists. */
  record Schema(String project, String name) {}

  /** What a name means. */
  Target target(ObjectName name) throws SqlFailure {
    List<String> parts = name.parts();
    String table = name.last();
    if (parts.size() == 1) {
      return new Target(project, existing(project, schema), table);
    }
    Schema qualifier = schema(new ObjectName(parts.subList(0, parts.size() - 1)));
    return new Target(qualifier.project(), qualifier.name(), table);
  }

  /** What the name of a schema or of a project means: the schema itself or the default one. */
  Schema schema(ObjectName name) throws SqlFailure {
    List<String> parts = name.parts();
    String first = parts.get(0);
    if (parts.size() == 2) {
      return new Schema(project(first), existing(first, parts.get(1)));
    }
    if (isSchema(first)) {
      return new Schema(project, existing(project, first));
    }
    return new Schema(project(first), TableEntry.DEFAULT_SCHEMA);
  }

  /** The project in which a table of this name is looked for, whether or not there is one. */
  String projectOf(ObjectName table) {
    List<String> parts = table.parts();
    return parts.size() == 1
        ? project
        : projectOfSchema(new ObjectName(parts.subList(0, parts.size() - 1)));
  }

  /** The project in which a schema of this name is looked for, or the project of this name. */
  String projectOfSchema(ObjectName name) {
    String first = name.parts().get(0);
    return name.parts().size() == 1 && isSchema(first) ? project : first;
  }

  /** Whether a name before a dot is that of a schema and not that of a project. */
  private boolean isSchema(String name) {
    return schemaFirst
        || (catalog.schemas(project).containsKey(name) && !catalog.projects().containsKey(name));
  }

  /** The schema of names with one part. */
  Schema current() throws SqlFailure {
    return new Schema(project, existing(project, schema));
  }

  String project() {
    return project;
  }

  private String project(String name) throws SqlFailure {
    if (!catalog.projects().containsKey(name)) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND, "Project not found - project " + name + " does not exist");
    }
    return name;
  }

  private String existing(String inProject, String name) throws SqlFailure {
    if (!catalog.schemas(inProject).containsKey(name)) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND,
          "Schema not found - schema " + inProject + "." + name + " does not exist");
    }
    return name;
  }

  /** The lock of a name. */
  ReentrantLock lock(Target target) {
    return catalog.lock(target.project(), target.schema(), target.table());
  }

  /** The table or view of a name, if there is one. */
  Optional<TableEntry> find(ObjectName name) {
    try {
      return find(target(name));
    } catch (SqlFailure e) {
      return Optional.empty();
    }
  }

  /** The table or view of a target, if there is one. */
  Optional<TableEntry> find(Target target) {
    return rights.allow(Right.READ, target.project())
        ? catalog.find(target.project(), target.schema(), target.table())
        : Optional.empty();
  }

  /** The table or view of a name, which must exist. */
  TableEntry require(ObjectName name) throws SqlFailure {
    Target target = target(name);
    return find(target)
        .orElseThrow(
            () ->
                SqlFailure.of(
                    SqlFailure.NOT_FOUND,
                    "Table not found - table " + target + " cannot be resolved"));
  }

  /** The table of a name, which must exist and be no view. */
  TableEntry requireTable(ObjectName name) throws SqlFailure {
    TableEntry table = require(name);
    if (table.isView()) {
      throw SqlFailure.semantic(table.qualifiedName() + " is a view, a table is needed");
    }
    return table;
  }
}
