/**
 * Files to Arrow batches. FastCSV hands over ranges of characters, and a parser chosen once per
 * column puts their values straight into the vectors of the table's own schema; Parquet is read by
 * DuckDB.
 */
@NullMarked
package io.tunnel.cli.file;

import org.jspecify.annotations.NullMarked;
