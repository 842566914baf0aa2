/**
 * The control for tests: faults that happen to exactly the calls they are for, a clock that is set
 * by hand, and what was asked of the server lately. One engine serves {@code LocalTunnel.control()}
 * and the paths below {@code /-/}.
 */
@NullMarked
package io.tunnel.server.control;

import org.jspecify.annotations.NullMarked;
