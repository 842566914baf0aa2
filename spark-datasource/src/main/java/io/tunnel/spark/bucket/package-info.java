/** The service's buckets as a function of Spark, by which rows are distributed before a write. */
package io.tunnel.spark.bucket;
