/**
 * The lexer, and the parser that is generated from Calcite's template. Not an API: use {@link
 * io.tunnel.sql.MaxComputeSql}.
 */
@NullMarked
package io.tunnel.sql.parser;

import org.jspecify.annotations.NullMarked;
