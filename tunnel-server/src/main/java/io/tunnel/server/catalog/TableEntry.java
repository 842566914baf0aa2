package io.tunnel.server.catalog;

import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.store.ColumnStorage;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A table as the catalog knows it. Immutable: a change gives a new entry.
 *
 * @param id the identity, never used again after the table has been dropped
 * @param project the project, in lower case
 * @param name the name, in lower case
 * @param schema data columns and partition columns, names in lower case
 * @param comment the comment, possibly empty
 * @param owner who created it
 * @param lifecycle days, or -1
 * @param properties the table properties
 * @param primaryKey the columns of the primary key, possibly none
 * @param created when it was created
 * @param changed when its definition changed last
 * @param modified when its rows or its definition changed last
 * @param version counts the changes of rows
 */
public record TableEntry(
    String id,
    String project,
    String name,
    TableSchema schema,
    String comment,
    String owner,
    int lifecycle,
    Map<String, String> properties,
    List<String> primaryKey,
    Instant created,
    Instant changed,
    Instant modified,
    long version) {
  /** Copies map and list. */
  public TableEntry {
    properties = Map.copyOf(properties);
    primaryKey = List.copyOf(primaryKey);
  }

  /** The name of the DuckDB table that holds the rows, ready for SQL. */
  public String physicalName() {
    return "tunnel_data." + ColumnStorage.quote("t_" + id);
  }

  /** Whether the table was declared transactional. */
  public boolean isTransactional() {
    return "true".equalsIgnoreCase(properties.get("transactional"));
  }

  /** The name for messages. */
  public String qualifiedName() {
    return project + "." + name;
  }

  /** The entry after its rows have changed. */
  public TableEntry withNewRows(Instant now) {
    return new TableEntry(
        id,
        project,
        name,
        schema,
        comment,
        owner,
        lifecycle,
        properties,
        primaryKey,
        created,
        changed,
        now,
        version + 1);
  }
}
