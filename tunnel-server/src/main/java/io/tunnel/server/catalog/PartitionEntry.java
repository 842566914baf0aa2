package io.tunnel.server.catalog;

import io.tunnel.protocol.type.PartitionSpec;
import java.time.Instant;

/**
 * A partition, which may have no rows.
 *
 * @param spec the values in the order of the table's partition columns
 * @param created when it was created
 * @param modified when its rows changed last
 */
public record PartitionEntry(PartitionSpec spec, Instant created, Instant modified) {}
