package io.tunnel.protocol.catalog;

import io.tunnel.protocol.TableName;

/**
 * A line of a list of tables.
 *
 * @param table its name
 * @param type such as {@code MANAGED_TABLE} or {@code VIRTUAL_VIEW}
 * @param comment possibly empty
 * @param owner possibly empty
 */
public record TableSummary(TableName table, String type, String comment, String owner) {
  /** The last part of the name. */
  public String name() {
    return table.table();
  }

  /** Whether this is a view. */
  public boolean isView() {
    return type.endsWith("_VIEW");
  }
}
