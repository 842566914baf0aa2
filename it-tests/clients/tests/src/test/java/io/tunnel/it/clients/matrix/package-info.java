/** The matrix of the specification: every call, what it can meet, and the tests that show it. */
@NullMarked
package io.tunnel.it.clients.matrix;

import org.jspecify.annotations.NullMarked;
