package io.tunnel.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One WHEN clause of a MERGE. */
public sealed interface MergeClause {

  /** The condition after AND, or null without one. */
  Value.@Nullable Expression condition();

  /** {@code WHEN MATCHED THEN UPDATE SET …}. */
  record Update(Value.@Nullable Expression condition, List<Statement.Assignment> assignments)
      implements MergeClause {}

  /** {@code WHEN MATCHED THEN DELETE}. */
  record Delete(Value.@Nullable Expression condition) implements MergeClause {}

  /**
   * {@code WHEN NOT MATCHED THEN INSERT VALUES (…)}.
   *
   * @param columns the columns, empty for all of the table, partition columns last
   * @param values one value for each column
   */
  record Insert(Value.@Nullable Expression condition, List<String> columns, List<Value> values)
      implements MergeClause {}
}
