package io.tunnel.sql;

import java.util.List;

/**
 * A table in DuckDB.
 *
 * @param duckDbName what stands in DuckDB's FROM and INSERT INTO, quoted where it has to be
 * @param columns the columns that are no partition columns, in order, in lower case
 * @param partitionColumns the partition columns, in order, in lower case; {@code SELECT *} has to
 *     give them after the others
 */
public record ResolvedTable(
    String duckDbName, List<String> columns, List<String> partitionColumns) {}
