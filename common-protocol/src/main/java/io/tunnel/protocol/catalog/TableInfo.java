package io.tunnel.protocol.catalog;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.TableSchema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table.
 *
 * @param name its name
 * @param schema its columns
 * @param type such as {@code MANAGED_TABLE} or {@code VIRTUAL_VIEW}
 * @param comment possibly empty
 * @param owner possibly empty
 * @param primaryKey names of the columns of the primary key; empty if there is none
 * @param transactional whether it takes part in transactions; with a primary key it is a delta
 *     table
 * @param size bytes; -1 if unknown
 * @param recordNumber rows; -1 if unknown
 * @param lifecycle days; -1 if there is none
 * @param buckets number of buckets; 0 if it has none
 * @param created when it was created; null if unknown
 * @param modified when its data was changed last; null if unknown
 */
public record TableInfo(
    TableName name,
    TableSchema schema,
    String type,
    String comment,
    String owner,
    List<String> primaryKey,
    boolean transactional,
    long size,
    long recordNumber,
    long lifecycle,
    int buckets,
    @Nullable Instant created,
    @Nullable Instant modified) {
  /** Copies the list. */
  public TableInfo {
    primaryKey = List.copyOf(primaryKey);
  }

  /** Whether this is a view. */
  public boolean isView() {
    return type.endsWith("_VIEW");
  }

  /** Whether rows are changed by their primary key. */
  public boolean isDelta() {
    return transactional && !primaryKey.isEmpty();
  }
}
