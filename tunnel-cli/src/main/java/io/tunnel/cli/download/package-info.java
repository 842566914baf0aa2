/** A table to a file: read from one snapshot of each partition, written row by row. */
@NullMarked
package io.tunnel.cli.download;

import org.jspecify.annotations.NullMarked;
