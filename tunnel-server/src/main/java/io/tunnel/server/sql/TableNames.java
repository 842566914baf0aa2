package io.tunnel.server.sql;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.ObjectName;
import java.util.List;
import java.util.Optional;

/**
 * What the names of a statement mean in a project with two tiers: {@code table}, {@code
 * project.table}, {@code default.table} or {@code project.default.table}.
 */
final class TableNames {
  private static final String DEFAULT_SCHEMA = "default";

  private final Catalog catalog;
  private final String project;

  TableNames(Catalog catalog, String project) {
    this.catalog = catalog;
    this.project = project;
  }

  /** A project and a table name, which need not exist. */
  record Target(String project, String table) {
    @Override
    public String toString() {
      return project + "." + table;
    }
  }

  /** What a name means. */
  Target target(ObjectName name) throws SqlFailure {
    List<String> parts = name.parts();
    return switch (parts.size()) {
      case 1 -> new Target(project, parts.get(0));
      case 2 ->
          parts.get(0).equals(DEFAULT_SCHEMA)
              ? new Target(project, parts.get(1))
              : new Target(project(parts.get(0)), parts.get(1));
      default -> {
        if (!parts.get(1).equals(DEFAULT_SCHEMA)) {
          throw SqlFailure.of(
              SqlFailure.NOT_FOUND,
              "Schema not found - schema " + parts.get(1) + " does not exist");
        }
        yield new Target(project(parts.get(0)), parts.get(2));
      }
    };
  }

  private String project(String name) throws SqlFailure {
    if (!catalog.projects().containsKey(name)) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND, "Project not found - project " + name + " does not exist");
    }
    return name;
  }

  /** The table of a name, if there is one. */
  Optional<TableEntry> find(ObjectName name) {
    try {
      Target target = target(name);
      return catalog.find(target.project(), target.table());
    } catch (SqlFailure e) {
      return Optional.empty();
    }
  }

  /** The table of a name, which must exist. */
  TableEntry require(ObjectName name) throws SqlFailure {
    Target target = target(name);
    return catalog
        .find(target.project(), target.table())
        .orElseThrow(
            () ->
                SqlFailure.of(
                    SqlFailure.NOT_FOUND,
                    "Table not found - table " + target + " cannot be resolved"));
  }
}
