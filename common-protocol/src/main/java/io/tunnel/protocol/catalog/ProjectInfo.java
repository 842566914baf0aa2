package io.tunnel.protocol.catalog;

import java.util.Map;

/**
 * A project.
 *
 * @param name its name
 * @param owner who owns it; possibly empty
 * @param comment possibly empty
 * @param region possibly empty
 * @param properties name to value
 */
public record ProjectInfo(
    String name, String owner, String comment, String region, Map<String, String> properties) {
  /** Copies the map. */
  public ProjectInfo {
    properties = Map.copyOf(properties);
  }

  /** Whether tables live in schemas within the project. */
  public boolean isThreeTier() {
    return "true".equalsIgnoreCase(properties.get("odps.schema.model.enabled"));
  }
}
