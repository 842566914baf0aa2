package io.tunnel.jdbc.metadata;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.catalog.TableSummary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables that patterns name. A connection without a schema is one to a project without
 * schemas: its tables have the schema NULL, which the patterns null, empty and {@code %} match.
 */
final class TableLister {
  private final TunnelClient client;

  TableLister(TunnelClient client) {
    this.client = client;
  }

  String project() {
    return client.config().project();
  }

  boolean hasProject(@Nullable String catalog) {
    return catalog == null || catalog.isEmpty() || catalog.equalsIgnoreCase(project());
  }

  /** The matching schemas; none in a project without schemas. */
  List<String> schemas(NamePattern pattern) throws TunnelException {
    if (client.config().schema() == null) {
      return List.of();
    }
    return client.catalog().schemas().stream().filter(pattern::matches).sorted().toList();
  }

  /** The schemas to look into: null for the only one of a project without schemas. */
  private List<@Nullable String> schemasToSearch(@Nullable String pattern) throws TunnelException {
    NamePattern schemas = NamePattern.of(pattern);
    if (client.config().schema() == null) {
      boolean all = pattern == null || pattern.isEmpty() || schemas.matchesAll();
      return all ? Collections.singletonList(null) : List.of();
    }
    String exact = schemas.exactName();
    return exact == null || exact.isEmpty()
        ? new ArrayList<>(
            schemas(pattern == null || pattern.isEmpty() ? NamePattern.of(null) : schemas))
        : Collections.singletonList(exact);
  }

  /** The matching tables by name; schemas and tables that vanish meanwhile are left out. */
  List<TableSummary> tables(@Nullable String schemaPattern, NamePattern names)
      throws TunnelException {
    List<TableSummary> found = new ArrayList<>();
    for (String schema : schemasToSearch(schemaPattern)) {
      try {
        String exact = names.exactName();
        if (exact != null) {
          found.addAll(summary(schema, exact));
          continue;
        }
        String prefix = names.prefix();
        for (TableSummary table :
            client.catalog().tables(schema, prefix.isEmpty() ? null : prefix)) {
          if (names.matches(table.name())) {
            found.add(table);
          }
        }
      } catch (TunnelException e) {
        skipIfVanished(e);
      }
    }
    found.sort(Comparator.comparing((TableSummary table) -> table.table().toString()));
    return found;
  }

  private List<TableSummary> summary(@Nullable String schema, String name) throws TunnelException {
    if (name.isEmpty()) {
      return List.of();
    }
    TableInfo table = table(new TableName(project(), schema, name));
    return table == null
        ? List.of()
        : List.of(new TableSummary(table.name(), table.type(), table.comment(), table.owner()));
  }

  /** A table, or null if there is none. */
  @Nullable TableInfo table(TableName name) throws TunnelException {
    try {
      return client.catalog().table(name);
    } catch (TunnelException e) {
      skipIfVanished(e);
      return null;
    }
  }

  private static void skipIfVanished(TunnelException e) throws TunnelException {
    if (!e.isNotFound()) {
      throw e;
    }
  }
}
