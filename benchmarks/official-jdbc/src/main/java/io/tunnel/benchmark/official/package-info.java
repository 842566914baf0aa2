/** The official JDBC driver as a participant of the benchmarks. */
package io.tunnel.benchmark.official;
