package io.tunnel.server.catalog;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.Database;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Changes the properties that clients set on partitions. Thread safe. */
public final class PartitionProperties {
  private final Catalog catalog;
  private final Database database;
  private final InstantSource clock;

  /** The properties of a catalog's partitions. */
  public PartitionProperties(Catalog catalog, Database database, InstantSource clock) {
    this.catalog = catalog;
    this.database = database;
    this.clock = clock;
  }

  /**
   * Adds properties to a partition, or replaces those of the same name.
   *
   * @throws ServiceException if the partition is gone or the change cannot be stored
   */
  public void set(TableEntry table, PartitionSpec spec, Map<String, String> values)
      throws ServiceException {
    ReentrantLock lock = catalog.lock(table.project(), table.schemaName(), table.name());
    lock.lock();
    try (CatalogChange change = CatalogChange.begin(catalog, database, clock.instant())) {
      change.setPartitionProperties(table, spec, values);
      change.commit();
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception(
          "The properties of " + table.qualifiedName() + " " + spec + " cannot be stored", e);
    } finally {
      lock.unlock();
    }
  }
}
