package io.tunnel.spark;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.type.Column;
import io.tunnel.spark.connection.ClientLease;
import io.tunnel.spark.read.ReadSource;
import io.tunnel.spark.read.TunnelScanBuilder;
import io.tunnel.spark.type.SparkTypes;
import io.tunnel.spark.write.TunnelWriteBuilder;
import io.tunnel.spark.write.UpsertSettings;
import io.tunnel.spark.write.UpsertWriteBuilder;
import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table of the service. Data columns come first, then partition columns.
 *
 * <p>Spark is told to take any schema for writing: it would otherwise cast on its own, with errors
 * that name neither value nor column. {@link TunnelWriteBuilder} matches the columns.
 */
final class TunnelTable implements SupportsRead, SupportsWrite {
  private static final Set<TableCapability> CAPABILITIES =
      Set.of(
          TableCapability.BATCH_READ,
          TableCapability.BATCH_WRITE,
          TableCapability.TRUNCATE,
          TableCapability.ACCEPT_ANY_SCHEMA);

  private final TunnelOptions options;
  private final TableInfo info;
  private final boolean inCatalog;

  private TunnelTable(TunnelOptions options, TableInfo info, boolean inCatalog) {
    this.options = options;
    this.info = info;
    this.inCatalog = inCatalog;
  }

  /**
   * Asks the service for the table.
   *
   * @param inCatalog whether Spark finds our functions in the catalog of this table
   */
  static TunnelTable load(TunnelOptions options, boolean inCatalog) {
    try (ClientLease lease = options.connection().lease()) {
      return new TunnelTable(options, lease.client().catalog().table(options.table()), inCatalog);
    } catch (TunnelException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return options.table().toString();
  }

  /** All columns, nullable. */
  StructType rowType() {
    return SparkTypes.schema(info.schema().allColumns());
  }

  @Override
  @SuppressWarnings("deprecation") // Spark 3.5 and 4 both call it unless columns() is there.
  public StructType schema() {
    return rowType();
  }

  @Override
  public Transform[] partitioning() {
    return info.schema().partitionColumns().stream()
        .map(Column::name)
        .map(Expressions::identity)
        .toArray(Transform[]::new);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap ignoredBecauseAlreadyRead) {
    return new TunnelScanBuilder(
        new ReadSource(
            options.connection(),
            options.table(),
            info.schema(),
            options.partition(),
            options.rowsPerSplit()));
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo write) {
    UpsertSettings upsert = options.upsert();
    if (upsert != null) {
      return new UpsertWriteBuilder(
          options.connection(), info, options.partition(), upsert, write.schema(), inCatalog);
    }
    return new TunnelWriteBuilder(
        options.connection(),
        options.table(),
        info.schema(),
        options.partition(),
        options.createPartitions(),
        write.schema());
  }

  @Override
  public String toString() {
    return "TunnelTable(" + name() + ")";
  }
}
