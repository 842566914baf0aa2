/** Spark as a participant of the benchmarks. */
@NullMarked
package io.tunnel.benchmark.spark;

import org.jspecify.annotations.NullMarked;
