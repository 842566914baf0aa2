/** The official SDK as a participant of the benchmarks. */
package io.tunnel.benchmark.official;
