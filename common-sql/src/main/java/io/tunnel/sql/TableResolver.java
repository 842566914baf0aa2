package io.tunnel.sql;

import org.jspecify.annotations.Nullable;

/** Knows where the tables of a query are in DuckDB. */
@FunctionalInterface
public interface TableResolver {

  /**
   * The table of a name as written, or null when there is none.
   *
   * @throws SqlTranslationException when the name is that of a view that cannot be translated
   */
  @Nullable ResolvedTable resolve(ObjectName name) throws SqlTranslationException;
}
