package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/** Projects have two tiers: their only schema is {@code default}. */
final class Schemas {
  static final String DEFAULT = "default";

  private Schemas() {}

  /**
   * Refuses every schema but the default; null means the default. The official driver 3.4.2 sends
   * the project's name as its schema, which means the default too.
   */
  static void require(@Nullable String schema, String project) throws ServiceException {
    if (schema != null && !schema.equalsIgnoreCase(DEFAULT) && !schema.equalsIgnoreCase(project)) {
      throw ServiceError.NO_SUCH_SCHEMA.exception(
          "The schema " + schema + " does not exist; projects of this server have only default");
    }
  }
}
