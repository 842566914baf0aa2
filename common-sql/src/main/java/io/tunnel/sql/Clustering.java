package io.tunnel.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a table's rows are spread over buckets and sorted in each.
 *
 * @param isRange whether a bucket holds a range of values; otherwise those of one hash
 * @param columns the columns of CLUSTERED BY, at least one
 * @param sorted the columns of SORTED BY, possibly none
 * @param buckets the number of buckets, or null when the service may choose
 */
public record Clustering(
    boolean isRange, List<String> columns, List<SortColumn> sorted, @Nullable Integer buckets) {

  /** A column of SORTED BY. */
  public record SortColumn(String name, boolean isDescending) {}
}
