/** Files to a table: read, encoded and sent by several threads, committed once. */
@NullMarked
package io.tunnel.cli.upload;

import org.jspecify.annotations.NullMarked;
