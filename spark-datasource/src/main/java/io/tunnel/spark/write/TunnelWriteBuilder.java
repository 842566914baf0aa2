package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.row.RowBatch;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Checks a write before anything is sent: the target, the columns, their types. */
public final class TunnelWriteBuilder implements WriteBuilder, SupportsTruncate {
  private final Connection connection;
  private final TableName table;
  private final TableSchema schema;
  private final @Nullable PartitionSpec partition;
  private final boolean createPartitions;
  private final StructType rows;
  private boolean overwrite;

  /**
   * @param partition the partition that the user named, or null
   * @param createPartitions whether it is created if it is missing
   * @param rows the schema of the DataFrame
   */
  public TunnelWriteBuilder(
      Connection connection,
      TableName table,
      TableSchema schema,
      @Nullable PartitionSpec partition,
      boolean createPartitions,
      StructType rows) {
    this.connection = connection;
    this.table = table;
    this.schema = schema;
    this.partition = partition;
    this.createPartitions = createPartitions;
    this.rows = rows;
  }

  /** Mode overwrite: the commit replaces the table, or the partition that the options name. */
  @Override
  public WriteBuilder truncate() {
    overwrite = true;
    return this;
  }

  /**
   * @throws IllegalArgumentException if the DataFrame cannot be written to this table; the message
   *     names the column
   */
  @Override
  public Write build() {
    PartitionSpec target = target();
    requireThatRowsFit(table, schema, rows);
    return new TunnelWrite(
        connection,
        table,
        new UploadOptions(target, overwrite, createPartitions && target != null),
        rows);
  }

  /** Choosing the writers is the check of columns and types; it takes no memory. */
  static void requireThatRowsFit(TableName table, TableSchema schema, StructType rows) {
    try (BufferAllocator allocator = JvmResources.newAllocator("check of " + table)) {
      new RowBatch(schema, rows, allocator, Integer.MAX_VALUE).close();
    }
  }

  private @Nullable PartitionSpec target() {
    if (!schema.isPartitioned()) {
      if (partition != null) {
        throw new IllegalArgumentException(
            "Table " + table + " has no partitions; drop the option partition");
      }
      return null;
    }
    if (partition == null) {
      throw new IllegalArgumentException(
          "Table "
              + table
              + " is partitioned: name the partition with option(\"partition\", \""
              + schema.partitionColumns().stream()
                  .map(Column::name)
                  .map(name -> name + "=…")
                  .collect(Collectors.joining(","))
              + "\")");
    }
    return partition.alignedTo(schema);
  }
}
