package io.tunnel.spark;

import io.tunnel.protocol.TableName;
import org.apache.spark.sql.connector.catalog.Identifier;

/**
 * A table together with the options with which it is reached. Its text is the name of the table:
 * plans show no secret.
 */
final class TunnelIdentifier implements Identifier {
  private final TunnelOptions options;

  TunnelIdentifier(TunnelOptions options) {
    this.options = options;
  }

  TunnelOptions options() {
    return options;
  }

  @Override
  public String[] namespace() {
    TableName table = options.table();
    return table.schema() == null
        ? new String[] {table.project()}
        : new String[] {table.project(), table.schema()};
  }

  @Override
  public String name() {
    return options.table().table();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TunnelIdentifier identifier && options.equals(identifier.options);
  }

  @Override
  public int hashCode() {
    return options.hashCode();
  }

  @Override
  public String toString() {
    return options.table().toString();
  }
}
