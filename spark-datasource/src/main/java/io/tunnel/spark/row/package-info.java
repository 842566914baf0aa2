/**
 * Spark's rows into Arrow batches. A writer is chosen once per column for its pair of types, reads
 * the row without boxing, and puts the value straight into off-heap memory.
 */
package io.tunnel.spark.row;
