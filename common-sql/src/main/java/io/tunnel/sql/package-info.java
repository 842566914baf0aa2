/**
 * MaxCompute SQL: parse it, see what a statement does, and say it again for DuckDB.
 *
 * <p>{@link io.tunnel.sql.MaxComputeSql} turns text into {@link io.tunnel.sql.Statement}s, {@link
 * io.tunnel.sql.DuckDbTranslator} turns those into DuckDB's SQL, {@link
 * io.tunnel.sql.ParameterizedSql} and {@link io.tunnel.sql.SqlLiterals} bind values to text. Names
 * of tables, columns and partitions come out in lower case, because MaxCompute does not tell cases
 * apart.
 */
@NullMarked
package io.tunnel.sql;

import org.jspecify.annotations.NullMarked;
