/** How much of what at once and within which time (specification: regular tunnel, section 2.8). */
@NullMarked
package io.tunnel.server.limit;

import org.jspecify.annotations.NullMarked;
