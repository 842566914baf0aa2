/**
 * {@code spark.read.format("tunnel")}: one download session per table or partition, split by rows.
 */
package io.tunnel.spark.read;
