/** What projects, tables and partitions there are. Changed in the transaction that changes rows. */
@NullMarked
package io.tunnel.server.catalog;

import org.jspecify.annotations.NullMarked;
