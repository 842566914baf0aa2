package io.tunnel.spark.read;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.DownloadHandle;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.connection.SerializedForm;
import io.tunnel.spark.type.SparkTypes;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A scan of a table: one download session for it, or for each of its partitions, fixed when Spark
 * plans the tasks and cut into ranges of rows. Each session is a snapshot; those of several
 * partitions are not taken at the same moment.
 */
final class TunnelScan implements Scan, Batch {
  /** A request costs as much as some thousand rows; smaller ranges gain nothing. */
  private static final long LEAST_ROWS_PER_SPLIT = 100_000;

  private final ReadSource source;
  private final StructType columns;
  private InputPartition @Nullable [] planned;

  TunnelScan(ReadSource source, StructType columns) {
    this.source = source;
    this.columns = columns;
  }

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    PartitionSpec partition = source.partition();
    return "tunnel scan of "
        + source.table()
        + (partition == null ? "" : "/" + partition.toPathString())
        + " ["
        + String.join(", ", columns.fieldNames())
        + "]";
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public synchronized InputPartition[] planInputPartitions() {
    InputPartition[] ranges = planned;
    if (ranges == null) {
      try (ClientLease lease = source.connection().lease()) {
        ranges = plan(lease.client());
      } catch (TunnelException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      planned = ranges;
    }
    return ranges;
  }

  private InputPartition[] plan(TunnelClient client) throws TunnelException {
    List<DownloadSession> sessions = new ArrayList<>();
    List<String[]> values = new ArrayList<>();
    if (source.schema().isPartitioned()) {
      for (PartitionSpec partition : partitions(client)) {
        sessions.add(client.createDownload(source.table(), partition));
        values.add(partition.values().values().toArray(String[]::new));
      }
    } else if (source.partition() != null) {
      throw new IllegalArgumentException(
          "Table " + source.table() + " has no partitions; drop the option partition");
    } else {
      sessions.add(client.createDownload(source.table(), null));
      values.add(new String[0]);
    }
    for (DownloadSession session : sessions) {
      requireUnchanged(session.schema());
    }
    long total = sessions.stream().mapToLong(DownloadSession::recordCount).sum();
    long rowsPerSplit = rowsPerSplit(total);
    List<InputPartition> ranges = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      split(sessions.get(i), values.get(i), rowsPerSplit, ranges);
    }
    return ranges.toArray(InputPartition[]::new);
  }

  /** A DataFrame keeps the schema that it was loaded with; the table may have been made anew. */
  private void requireUnchanged(TableSchema now) {
    for (StructField column : columns.fields()) {
      int index = now.indexOf(column.name());
      if (index >= 0 && SparkTypes.of(now.columns().get(index).type()).equals(column.dataType())) {
        continue;
      }
      if (index < 0 && now.partitionIndexOf(column.name()) >= 0) {
        continue;
      }
      throw new IllegalStateException(
          "Table "
              + source.table()
              + " has changed since the DataFrame was loaded: column "
              + column.name()
              + (index < 0 ? " is gone" : " is " + now.columns().get(index).type() + " now")
              + "; load it again");
    }
  }

  private List<PartitionSpec> partitions(TunnelClient client) throws TunnelException {
    List<PartitionSpec> partitions = new ArrayList<>();
    PartitionSpec wanted = source.partition();
    if (wanted != null) {
      requirePartitionColumns(wanted);
    }
    for (PartitionSpec listed : client.catalog().partitions(source.table())) {
      PartitionSpec partition = listed.alignedTo(source.schema());
      if (wanted == null || partition.values().entrySet().containsAll(wanted.values().entrySet())) {
        partitions.add(partition);
      }
    }
    return partitions;
  }

  private void requirePartitionColumns(PartitionSpec wanted) {
    for (Map.Entry<String, String> value : wanted.values().entrySet()) {
      if (source.schema().partitionIndexOf(value.getKey().toLowerCase(Locale.ROOT)) < 0) {
        throw new IllegalArgumentException(
            "The option partition names "
                + value.getKey()
                + ", which is not a partition column of "
                + source.table());
      }
    }
  }

  private long rowsPerSplit(long total) {
    if (source.rowsPerSplit() > 0) {
      return source.rowsPerSplit();
    }
    int tasks = SparkSession.active().sparkContext().defaultParallelism();
    return Math.max(LEAST_ROWS_PER_SPLIT, (total + tasks - 1) / tasks);
  }

  private static void split(
      DownloadSession session, String[] values, long rowsPerSplit, List<InputPartition> ranges) {
    SerializedForm<DownloadHandle> handle = SerializedForm.of(session.handle());
    long total = session.recordCount();
    for (long first = 0; first < total; first += rowsPerSplit) {
      ranges.add(new RowRange(handle, values, first, Math.min(rowsPerSplit, total - first)));
    }
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new TunnelReaderFactory(source.connection(), columns.fieldNames());
  }

  @Override
  public String toString() {
    return description();
  }
}
