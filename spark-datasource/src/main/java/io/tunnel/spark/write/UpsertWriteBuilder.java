package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Checks a write by primary key before anything is sent: the key, the columns, their types. */
public final class UpsertWriteBuilder implements WriteBuilder, SupportsTruncate {
  private final Connection connection;
  private final TableInfo info;
  private final @Nullable PartitionSpec partition;
  private final UpsertSettings settings;
  private final StructType rows;
  private final boolean hasFunctions;

  /**
   * @param partition the partition that the user named, or null
   * @param rows the schema of the DataFrame
   * @param hasFunctions whether Spark finds {@link io.tunnel.spark.bucket.BucketFunction}
   */
  public UpsertWriteBuilder(
      Connection connection,
      TableInfo info,
      @Nullable PartitionSpec partition,
      UpsertSettings settings,
      StructType rows,
      boolean hasFunctions) {
    this.connection = connection;
    this.info = info;
    this.partition = partition;
    this.settings = settings;
    this.rows = rows;
    this.hasFunctions = hasFunctions;
  }

  /** Mode overwrite is refused: it would have to empty the table first. */
  @Override
  public WriteBuilder truncate() {
    throw new IllegalArgumentException(
        "Rows are written into "
            + info.name()
            + " by primary key and replace no others: use mode append, or drop the option writeMode"
            + " to overwrite");
  }

  /**
   * @throws IllegalArgumentException if the DataFrame cannot be written to this table; the message
   *     names the column
   */
  @Override
  public Write build() {
    TableName table = info.name();
    PartitionSpec target = null;
    if (partition != null) {
      if (!info.schema().isPartitioned()) {
        throw new IllegalArgumentException(
            "Table " + table + " has no partitions; drop the option partition");
      }
      target = partition.alignedTo(info.schema());
    }
    boolean byPartition = info.schema().isPartitioned() && target == null;
    UpsertRows matched =
        new UpsertRows(table, info.schema(), info.primaryKey(), byPartition, settings, rows);
    // Choosing the writers is the check of the types; it takes no memory.
    try (BufferAllocator allocator = JvmResources.newAllocator("check of " + table)) {
      matched.batch(allocator).close();
    }
    return new UpsertWrite(connection, info, target, settings, rows, matched, hasFunctions);
  }
}
