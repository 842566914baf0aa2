/** SQL tasks: submit, wait, cancel, result (specification: control plane, section 4). */
@NullMarked
package io.tunnel.protocol.sql;

import org.jspecify.annotations.NullMarked;
