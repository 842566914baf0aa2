package io.tunnel.spark;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.spark.connection.ClientLease;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
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
    implements TableProvider, DataSourceRegister, SessionConfigSupport {
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
      TunnelOptions options = TunnelOptions.of(given);
      try (ClientLease lease = options.connection().lease()) {
        TableInfo info = lease.client().catalog().table(options.table());
        table = new TunnelTable(options, info);
      } catch (TunnelException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      loaded = table;
      loadedWith = Map.copyOf(given);
    }
    return table;
  }
}
