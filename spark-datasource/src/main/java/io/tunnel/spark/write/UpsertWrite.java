package io.tunnel.spark.write;

import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.spark.bucket.BucketFunction;
import io.tunnel.spark.connection.Connection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.distributions.Distributions;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A checked write by primary key. Spark shows its text in plans.
 *
 * <p>Rows of one key come to one task, side by side and in a fixed order, so that each task can
 * send every key once, and every attempt sends the same. All rows of a bucket come to one task too,
 * where Spark can be given the function that tells the bucket. If the rows tell their partition,
 * all rows of a partition come to one task, which has the only session on it.
 */
final class UpsertWrite implements RequiresDistributionAndOrdering {
  private final Connection connection;
  private final TableInfo info;
  private final @Nullable PartitionSpec target;
  private final UpsertSettings settings;
  private final StructType rows;
  private final UpsertRows matched;
  private final boolean hasFunctions;

  /**
   * @param target the partition; null if there are none, or if each row tells its own
   */
  UpsertWrite(
      Connection connection,
      TableInfo info,
      @Nullable PartitionSpec target,
      UpsertSettings settings,
      StructType rows,
      UpsertRows matched,
      boolean hasFunctions) {
    this.connection = connection;
    this.info = info;
    this.target = target;
    this.settings = settings;
    this.rows = rows;
    this.matched = matched;
    this.hasFunctions = hasFunctions;
  }

  private boolean isByPartition() {
    return info.schema().isPartitioned() && target == null;
  }

  @Override
  public Distribution requiredDistribution() {
    if (isByPartition()) {
      return Distributions.clustered(UpsertOrdering.columns(rows, matched.partitions()));
    }
    Expression[] key = UpsertOrdering.columns(rows, matched.keys());
    List<Column> keyColumns = matched.keyColumns();
    if (hasFunctions
        && info.buckets() > 0
        && BucketFunction.isDefinedFor(keyColumns, matched.keyTypes())) {
      String bucket = BucketFunction.name(info.buckets(), requiredNumPartitions(), keyColumns);
      key = new Expression[] {Expressions.apply(bucket, key)};
    }
    return Distributions.clustered(key);
  }

  /** More tasks than buckets are of no use within a partition; 0 leaves the number to Spark. */
  @Override
  public int requiredNumPartitions() {
    return isByPartition() || info.buckets() == 0
        ? 0
        : Math.min(info.buckets(), SQLConf.get().numShufflePartitions());
  }

  @Override
  public SortOrder[] requiredOrdering() {
    return UpsertOrdering.of(rows, matched.partitions(), matched.keys(), settings.orderColumn());
  }

  @Override
  public String description() {
    String where = info.name().toString();
    if (target != null) {
      where += "/" + target.toPathString();
    } else if (isByPartition()) {
      where +=
          info.schema().partitionColumns().stream()
              .map(Column::name)
              .collect(Collectors.joining(", ", " by ", ""));
    }
    return "tunnel "
        + matched.describe()
        + (settings.mode() == WriteMode.DELETE ? " from " : " into ")
        + where;
  }

  @Override
  public BatchWrite toBatch() {
    return new UpsertBatchWrite(
        new UpsertJob(connection, info, isByPartition(), settings, rows), target, description());
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new RowsWritten(), new BytesWritten()};
  }

  @Override
  public String toString() {
    return description();
  }
}
