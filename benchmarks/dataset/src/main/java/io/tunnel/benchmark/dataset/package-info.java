/**
 * The same rows for every participant of a benchmark, and how one round of a participant is
 * measured. Needs nothing but the JDK, so that it lies on the class path of every client.
 */
@NullMarked
package io.tunnel.benchmark.dataset;

import org.jspecify.annotations.NullMarked;
