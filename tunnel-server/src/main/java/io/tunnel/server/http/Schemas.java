package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/** Projects have two tiers: their only schema is {@code default}. */
final class Schemas {
  static final String DEFAULT = "default";

  private Schemas() {}

  /** Refuses every schema but the default; null means the default. */
  static void require(@Nullable String schema) throws ServiceException {
    if (schema != null && !schema.equalsIgnoreCase(DEFAULT)) {
      throw ServiceError.NO_SUCH_SCHEMA.exception(
          "The schema " + schema + " does not exist; projects of this server have only default");
    }
  }
}
