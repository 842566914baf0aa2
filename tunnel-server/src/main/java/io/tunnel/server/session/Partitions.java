package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/** Partition specs of requests against the partition columns of a table. */
public final class Partitions {
  private Partitions() {}

  /** Reads the text of a request; null stays null. */
  public static @Nullable PartitionSpec parse(@Nullable String text) throws ServiceException {
    if (text == null) {
      return null;
    }
    try {
      return PartitionSpec.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /**
   * The spec in the order of the table's partition columns; null for a table without partitions.
   *
   * @throws ServiceException if the spec does not fit the table
   */
  public static @Nullable PartitionSpec align(TableEntry table, @Nullable PartitionSpec spec)
      throws ServiceException {
    requireTable(table);
    if (!table.schema().isPartitioned()) {
      if (spec != null) {
        throw ServiceError.INVALID_PARTITION_SPEC.exception(
            "The table " + table.qualifiedName() + " is not partitioned; leave out " + spec);
      }
      return null;
    }
    if (spec == null) {
      throw ServiceError.MISSING_PARTITION_SPEC.exception(
          "The table " + table.qualifiedName() + " is partitioned: name a complete partition");
    }
    try {
      return PartitionKeys.canonical(table.schema(), spec);
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  /** Refuses a view, as the service does. */
  static void requireTable(TableEntry table) throws ServiceException {
    if (table.isView()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception(
          table.qualifiedName() + " is a view; read it with a SELECT, or name a table");
    }
  }

  /** Whether a spec, as a client wrote it or left it out, means a partition of this schema. */
  static boolean same(
      TableSchema schema, @Nullable PartitionSpec written, @Nullable PartitionSpec known) {
    if (written == null || !schema.isPartitioned()) {
      return written == null && known == null;
    }
    try {
      return PartitionKeys.canonical(schema, written).equals(known);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The error for a partition that is not there. */
  public static ServiceException missing(TableEntry table, PartitionSpec spec) {
    return ServiceError.NO_SUCH_PARTITION.exception(
        "The table " + table.qualifiedName() + " has no partition " + spec);
  }

  private static ServiceException invalid(IllegalArgumentException e) {
    return ServiceError.INVALID_PARTITION_SPEC.exception(String.valueOf(e.getMessage()), e);
  }
}
