package io.tunnel.spark;

import io.tunnel.spark.bucket.BucketFunction;
import java.util.Map;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The catalog in which Spark finds the tables and functions of {@code format("tunnel")}. It knows
 * only what the format hands over: a table comes with the options of its reader or writer, see
 * {@link TunnelIdentifier}, and nothing of them is kept here or in a setting. It has no list of
 * tables and creates none.
 */
public final class TunnelCatalog implements TableCatalog, FunctionCatalog {
  /** The name under which Spark knows it. */
  static final String NAME = "tunnel_format";

  private static final String SETTING = "spark.sql.catalog." + NAME;

  private String name = NAME;

  /** For Spark. */
  public TunnelCatalog() {}

  /** Makes the catalog known to the session of this thread. */
  static void register() {
    SQLConf session = SQLConf.get();
    if (!session.contains(SETTING)) {
      session.setConfString(SETTING, TunnelCatalog.class.getName());
    }
  }

  @Override
  public void initialize(String givenName, CaseInsensitiveStringMap ignoredBecauseThereAreNone) {
    name = givenName;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    if (table instanceof TunnelIdentifier identifier) {
      return TunnelTable.load(identifier.options(), true);
    }
    throw new NoSuchTableException(table);
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    return new Identifier[0];
  }

  /** Called for the modes ErrorIfExists, which is Spark's default, and Ignore. */
  @Override
  public Table createTable(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties) {
    throw new UnsupportedOperationException(
        "The format tunnel creates no tables, as the modes ErrorIfExists and Ignore would; create "
            + table
            + " first, and write with mode(\"append\") or mode(\"overwrite\"): Append adds rows,"
            + " Overwrite replaces them");
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) {
    throw new UnsupportedOperationException(
        "The format tunnel changes no tables; run ALTER TABLE in the service");
  }

  @Override
  public boolean dropTable(Identifier table) {
    return false;
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException(
        "The format tunnel renames no tables; run ALTER TABLE in the service");
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return new Identifier[0];
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    BucketFunction bucket =
        function.namespace().length == 0 ? BucketFunction.named(function.name()) : null;
    if (bucket == null) {
      throw new NoSuchFunctionException(function);
    }
    return bucket;
  }
}
