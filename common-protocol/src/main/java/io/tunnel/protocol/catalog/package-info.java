/** Projects, schemas, tables and partitions (specification: control plane, section 3). */
@NullMarked
package io.tunnel.protocol.catalog;

import org.jspecify.annotations.NullMarked;
