/** A local tunnel server for JUnit 5 tests. */
@NullMarked
package io.tunnel.testing;

import org.jspecify.annotations.NullMarked;
