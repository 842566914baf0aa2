package io.tunnel.spark.read;

import io.tunnel.spark.type.SparkTypes;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** Takes over the columns that the query needs. */
public final class TunnelScanBuilder implements ScanBuilder, SupportsPushDownRequiredColumns {
  private final ReadSource source;
  private StructType columns;

  /** Reads all columns unless Spark asks for fewer. */
  public TunnelScanBuilder(ReadSource source) {
    this.source = source;
    columns = SparkTypes.schema(source.schema().allColumns());
  }

  /** Whole columns: a struct of which some fields are needed is read in full. */
  @Override
  public void pruneColumns(StructType required) {
    StructType all = SparkTypes.schema(source.schema().allColumns());
    StructType pruned = new StructType();
    for (String name : required.fieldNames()) {
      pruned = pruned.add(all.apply(name));
    }
    columns = pruned;
  }

  @Override
  public Scan build() {
    return new TunnelScan(source, columns);
  }
}
