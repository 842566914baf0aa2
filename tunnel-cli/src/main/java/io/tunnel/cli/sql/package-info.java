/**
 * SQL from a command line, a pipe or a prompt: split into statements, run through JDBC, printed.
 */
@NullMarked
package io.tunnel.cli.sql;

import org.jspecify.annotations.NullMarked;
