package io.tunnel.server.catalog;

import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.store.ColumnStorage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog knows it. Immutable: a change gives a new entry.
 *
 * @param id the identity, never used again after the table has been dropped
 * @param project the project, in lower case
 * @param schemaName the schema in the project, in lower case
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
 * @param viewText the query of a view in MaxCompute's SQL, or null for a table
 */
public record TableEntry(
    String id,
    String project,
    String schemaName,
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
    long version,
    @Nullable String viewText) {
  /** The property with the number of buckets. */
  public static final String WRITE_BUCKETS = "write.bucket.num";

  /** The schema of projects with two tiers. */
  public static final String DEFAULT_SCHEMA = "default";

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

  /** Into how many buckets an upsert session divides its rows. */
  public int writeBuckets() {
    return Integer.parseInt(properties.getOrDefault(WRITE_BUCKETS, "16"));
  }

  /** Whether a row of an upsert session may write some columns only. */
  public boolean allowsPartialUpdate() {
    return "true".equalsIgnoreCase(properties.get("acid.partial.fields.update.enable"));
  }

  /** Whether this is a view, which has no rows of its own. */
  public boolean isView() {
    return viewText != null;
  }

  /** The name for messages. */
  public String qualifiedName() {
    return qualifiedName(project, schemaName, name);
  }

  /** The name of a table for messages; the default schema goes without saying. */
  public static String qualifiedName(String project, String schemaName, String name) {
    return project + "." + (schemaName.equals(DEFAULT_SCHEMA) ? "" : schemaName + ".") + name;
  }

  /** Whether the table is where a name of two parts looks for it. */
  public boolean inDefaultSchema() {
    return schemaName.equals(DEFAULT_SCHEMA);
  }

  /** The entry after its rows have changed. */
  public TableEntry withNewRows(Instant now) {
    return new TableEntry(
        id,
        project,
        schemaName,
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
        version + 1,
        viewText);
  }

  /** The entry with another definition; rows and identity stay. */
  public TableEntry redefined(Definition definition, Instant now) {
    return new TableEntry(
        id,
        project,
        schemaName,
        definition.name(),
        definition.schema(),
        definition.comment(),
        definition.owner(),
        definition.lifecycle(),
        definition.properties(),
        definition.primaryKey(),
        created,
        now,
        now,
        version + 1,
        viewText);
  }

  /** What ALTER TABLE can change. */
  public Definition definition() {
    return new Definition(name, schema, comment, owner, lifecycle, properties, primaryKey);
  }

  /**
   * What ALTER TABLE can change; the parts are those of {@link TableEntry}.
   *
   * @param name the name
   * @param schema the columns
   * @param comment the comment
   * @param owner the owner
   * @param lifecycle days, or -1
   * @param properties the table properties
   * @param primaryKey the columns of the primary key
   */
  public record Definition(
      String name,
      TableSchema schema,
      String comment,
      String owner,
      int lifecycle,
      Map<String, String> properties,
      List<String> primaryKey) {
    /** With another name. */
    public Definition withName(String newName) {
      return new Definition(newName, schema, comment, owner, lifecycle, properties, primaryKey);
    }

    /** With other columns. */
    public Definition withSchema(TableSchema newSchema, List<String> newPrimaryKey) {
      return new Definition(name, newSchema, comment, owner, lifecycle, properties, newPrimaryKey);
    }

    /** With another comment. */
    public Definition withComment(String newComment) {
      return new Definition(name, schema, newComment, owner, lifecycle, properties, primaryKey);
    }

    /** With another owner. */
    public Definition withOwner(String newOwner) {
      return new Definition(name, schema, comment, newOwner, lifecycle, properties, primaryKey);
    }

    /** With another life cycle, in days. */
    public Definition withLifecycle(int days) {
      return new Definition(name, schema, comment, owner, days, properties, primaryKey);
    }

    /** With other properties. */
    public Definition withProperties(Map<String, String> newProperties) {
      return new Definition(name, schema, comment, owner, lifecycle, newProperties, primaryKey);
    }
  }
}
