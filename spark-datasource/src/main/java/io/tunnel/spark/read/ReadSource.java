package io.tunnel.spark.read;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What is read.
 *
 * @param connection how to reach the service
 * @param table the table
 * @param schema its columns
 * @param partition restricts a partitioned table to the partitions with these values, of some or
 *     all partition columns; null for all
 * @param rowsPerSplit rows of one Spark partition; 0 to choose by Spark's parallelism
 */
public record ReadSource(
    Connection connection,
    TableName table,
    TableSchema schema,
    @Nullable PartitionSpec partition,
    long rowsPerSplit) {}
