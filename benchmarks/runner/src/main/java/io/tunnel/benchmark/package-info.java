/** Runs the participants beside each other on one server and prints one table. */
@NullMarked
package io.tunnel.benchmark;

import org.jspecify.annotations.NullMarked;
