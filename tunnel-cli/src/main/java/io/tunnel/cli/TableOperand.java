package io.tunnel.cli;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is written on the command line: {@code [PROJECT.][SCHEMA.]NAME[/k=v,...]}.
 *
 * @param partition what stands behind the slash, or null
 */
record TableOperand(TableName table, @Nullable PartitionSpec partition) {
  /**
   * Reads an operand.
   *
   * @throws IllegalArgumentException if it is none
   */
  static TableOperand parse(String text, String project, @Nullable String schema) {
    int slash = text.indexOf('/');
    return new TableOperand(
        TableName.parse(slash < 0 ? text : text.substring(0, slash), project, schema),
        slash < 0 ? null : PartitionSpec.parse(text.substring(slash + 1)));
  }
}
