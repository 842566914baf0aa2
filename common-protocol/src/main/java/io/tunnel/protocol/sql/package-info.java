/**
 * SQL tasks: submit, wait, cancel, result (specification: control plane, section 4); names in SQL.
 */
@NullMarked
package io.tunnel.protocol.sql;

import org.jspecify.annotations.NullMarked;
