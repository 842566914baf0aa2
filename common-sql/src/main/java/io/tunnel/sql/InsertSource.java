package io.tunnel.sql;

import java.util.List;

/** Where the rows of an INSERT come from. */
public sealed interface InsertSource {

  /**
   * {@code VALUES (…), (…)}.
   *
   * @param rows at least one row; all have the same number of values
   */
  record Values(List<List<Value>> rows) implements InsertSource {}

  /** A query. */
  record SelectSource(Statement.Query query) implements InsertSource {}
}
