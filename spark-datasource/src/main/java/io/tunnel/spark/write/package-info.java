/**
 * {@code df.write.format("tunnel")}. The driver opens one upload session, each task streams one
 * block whose id is its Spark partition id, and the driver commits: all rows or none.
 */
package io.tunnel.spark.write;
