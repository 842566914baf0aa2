/**
 * Statements: from text to a finished instance with a result file (specification: control plane,
 * section 4).
 */
@NullMarked
package io.tunnel.server.sql;

import org.jspecify.annotations.NullMarked;
