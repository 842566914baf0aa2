/**
 * The demo: real data through Spark, {@code executeBatch()} and the upload command into a local
 * server, checked against the files, then queried.
 */
@NullMarked
package io.tunnel.cli.demo;

import org.jspecify.annotations.NullMarked;
