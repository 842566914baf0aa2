/** The {@code tunnel} command: serve, sql, upload, demo. */
@NullMarked
package io.tunnel.cli;

import org.jspecify.annotations.NullMarked;
