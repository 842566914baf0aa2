/**
 * Rows on disk: the DuckDB database, the files of Arrow batches, and the bulk ways between them.
 */
@NullMarked
package io.tunnel.server.store;

import org.jspecify.annotations.NullMarked;
