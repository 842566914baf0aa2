/** Functions of MaxCompute that DuckDB has no words for: written in Java, called by DuckDB. */
@NullMarked
package io.tunnel.server.sql.function;

import org.jspecify.annotations.NullMarked;
