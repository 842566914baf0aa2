/**
 * The data source from a user's side, on the shaded jar. The same sources are compiled and run
 * against Spark 4 in {@code it-tests/spark-4}.
 */
package io.tunnel.it.spark;
