package io.tunnel.server.catalog;

import io.tunnel.protocol.type.PartitionSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A partition, which may have no rows.
 *
 * @param spec the values in the order of the table's partition columns
 * @param created when it was created
 * @param modified when its rows changed last
 * @param properties what clients noted about it
 */
public record PartitionEntry(
    PartitionSpec spec, Instant created, Instant modified, Map<String, String> properties) {
  /** Copies the properties. */
  public PartitionEntry {
    properties = Map.copyOf(properties);
  }

  /** A partition that is created now. */
  static PartitionEntry created(PartitionSpec spec, Instant now) {
    return new PartitionEntry(spec, now, now, Map.of());
  }

  /** The entry after its rows have changed. */
  PartitionEntry withNewRows(Instant now) {
    return new PartitionEntry(spec, created, now, properties);
  }

  /** The entry with these properties in addition. */
  PartitionEntry withProperties(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(properties);
    all.putAll(more);
    return new PartitionEntry(spec, created, modified, all);
  }
}
