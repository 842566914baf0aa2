/**
 * The local tunnel server: one process, or one object in a JVM, that speaks the protocol of the
 * MaxCompute tunnel and keeps its tables in DuckDB.
 *
 * <p>The way of a request: {@code http} reads it and knows paths and forms, {@code auth} says who
 * sent it, {@code session} holds the rules of uploads and downloads, {@code sql} those of
 * statements, {@code catalog} what tables there are, {@code store} where their rows are. {@code
 * control} lets tests make calls fail.
 */
@NullMarked
package io.tunnel.server;

import org.jspecify.annotations.NullMarked;
