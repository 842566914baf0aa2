/**
 * Runs a Spark data source the way a cluster does: executors in JVMs of their own, task attempts
 * that fail, hang or die where a test says so, plans and metrics captured, leftovers found.
 *
 * <p>Start at {@link io.tunnel.spark.harness.SparkHarness}. Nothing here knows a particular data
 * source, and nothing needs ScalaTest.
 */
package io.tunnel.spark.harness;
