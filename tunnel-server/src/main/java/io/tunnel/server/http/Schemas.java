package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The schema that a call means. */
final class Schemas {
  private Schemas() {}

  /**
   * The name of the schema as the catalog has it; null means the default. The official driver 3.4.2
   * sends the project's name as its schema, which means the default too.
   */
  static String find(Catalog catalog, String project, @Nullable String schema)
      throws ServiceException {
    if (schema == null || schema.equalsIgnoreCase(project)) {
      return TableEntry.DEFAULT_SCHEMA;
    }
    String name = schema.toLowerCase(Locale.ROOT);
    if (!catalog.schemas(project).containsKey(name)) {
      throw ServiceError.NO_SUCH_SCHEMA.exception(
          "The schema " + schema + " does not exist in " + project);
    }
    return name;
  }
}
