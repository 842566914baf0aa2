package io.tunnel.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The name of a table.
 *
 * @param project the project
 * @param schema the schema of a three-tier project; null in a two-tier project
 * @param table the table
 */
public record TableName(String project, @Nullable String schema, String table) {
  /** Rejects empty parts. */
  public TableName {
    if (project.isEmpty() || table.isEmpty() || (schema != null && schema.isEmpty())) {
      throw new IllegalArgumentException("A table name needs a project and a table");
    }
  }

  /**
   * Parses {@code table}, {@code project.table} or {@code project.schema.table}.
   *
   * @param text the name; parts may stand in back-ticks
   * @param defaultProject the project if the text names none
   * @param defaultSchema the schema if the text names none; null in a two-tier project
   * @throws IllegalArgumentException if the text has more than three parts or an empty one
   */
  public static TableName parse(
      String text, String defaultProject, @Nullable String defaultSchema) {
    String[] parts = text.replace("`", "").split("\\.", -1);
    return switch (parts.length) {
      case 1 -> new TableName(defaultProject, defaultSchema, parts[0].strip());
      case 2 -> new TableName(parts[0].strip(), defaultSchema, parts[1].strip());
      case 3 -> new TableName(parts[0].strip(), parts[1].strip(), parts[2].strip());
      default ->
          throw new IllegalArgumentException(
              "\""
                  + text
                  + "\" is not a table name: use table, project.table or"
                  + " project.schema.table");
    };
  }

  /** The name with dots, for messages. */
  @Override
  public String toString() {
    return schema == null ? project + "." + table : project + "." + schema + "." + table;
  }
}
