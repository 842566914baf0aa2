/**
 * CSV files to Arrow batches: FastCSV hands over ranges of characters, and a parser chosen once per
 * column puts their values straight into the vectors of the table's own schema.
 */
@NullMarked
package io.tunnel.cli.csv;

import org.jspecify.annotations.NullMarked;
