/**
 * What a person sees: aligned tables, CSV, JSON, progress, colours. Nothing here opens a
 * connection.
 */
@NullMarked
package io.tunnel.cli.output;

import org.jspecify.annotations.NullMarked;
