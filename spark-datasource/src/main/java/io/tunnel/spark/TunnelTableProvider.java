package io.tunnel.spark;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.SupportsCatalogOptions;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code format("tunnel")}. Options come from the reader or writer and, with less weight, from the
 * session under {@code spark.datasource.tunnel.}; the documentation lists them.
 *
 * <p>Spark makes an instance for each read or write and asks it from one thread. The schema is the
 * table's, as of the moment when Spark asks; one given by the user is refused by Spark.
 */
public final class TunnelTableProvider
    implements SupportsCatalogOptions, DataSourceRegister, SessionConfigSupport {
  // Spark asks for schema and table one after the other: one call to the service serves both.
  private @Nullable TunnelTable loaded;
  private @Nullable Map<String, String> loadedWith;

  /** For Spark, which finds this class by its short name. */
  public TunnelTableProvider() {}

  @Override
  public String shortName() {
    return "tunnel";
  }

  @Override
  public String keyPrefix() {
    return "tunnel";
  }

  /** The table with its options, which {@link TunnelCatalog} loads. */
  @Override
  public Identifier extractIdentifier(CaseInsensitiveStringMap options) {
    return new TunnelIdentifier(TunnelOptions.of(options.asCaseSensitiveMap()));
  }

  /** A catalog is the only place in which Spark looks for the functions of a data source. */
  @Override
  public String extractCatalog(CaseInsensitiveStringMap options) {
    TunnelCatalog.register();
    return TunnelCatalog.NAME;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return load(options.asCaseSensitiveMap()).rowType();
  }

  @Override
  public Transform[] inferPartitioning(CaseInsensitiveStringMap options) {
    return load(options.asCaseSensitiveMap()).partitioning();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return load(properties);
  }

  private TunnelTable load(Map<String, String> given) {
    TunnelTable table = loaded;
    if (table == null || !given.equals(loadedWith)) {
      table = TunnelTable.load(TunnelOptions.of(given), false);
      loaded = table;
      loadedWith = Map.copyOf(given);
    }
    return table;
  }
}
