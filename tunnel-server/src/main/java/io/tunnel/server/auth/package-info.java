/** Who sent a request: accounts and signatures (specification: control plane, section 1). */
@NullMarked
package io.tunnel.server.auth;

import org.jspecify.annotations.NullMarked;
