package io.tunnel.server.catalog;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How many rows tables and partitions have. Counted once per version of a table. Thread safe. */
public final class TableSizes {
  /** What a value of a column takes on average: DuckDB does not tell sizes of tables. */
  private static final long BYTES_PER_VALUE = 8;

  private final Database database;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  /** Sizes of the tables of a database. */
  public TableSizes(Database database) {
    this.database = database;
  }

  private record Count(long version, long rows) {}

  /** The rows of a table; a view has none of its own. */
  public long rows(TableEntry table) throws ServiceException {
    if (table.isView()) {
      return 0;
    }
    Count known = counts.get(table.id());
    if (known != null && known.version() == table.version()) {
      return known.rows();
    }
    long rows = count(table, null);
    counts.put(table.id(), new Count(table.version(), rows));
    return rows;
  }

  /** The rows of a partition. */
  public long rows(TableEntry table, PartitionEntry partition) throws ServiceException {
    return count(table, CatalogChange.condition(table, partition.spec()));
  }

  /** About how many bytes a table takes. */
  public long bytes(TableEntry table) throws ServiceException {
    return bytes(table, rows(table));
  }

  /** About how many bytes this number of rows takes. */
  public long bytes(TableEntry table, long rows) {
    return rows * table.schema().columns().size() * BYTES_PER_VALUE;
  }

  private long count(TableEntry table, @Nullable String condition) throws ServiceException {
    try (Database.Lease lease = database.lease();
        Statement statement = lease.connection().createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*) FROM "
                    + table.physicalName()
                    + (condition == null ? "" : " WHERE " + condition))) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The rows of " + table.qualifiedName() + " cannot be counted: " + e.getMessage(), e);
    }
  }
}
