/** The Spark types in which MaxCompute's types are read. */
package io.tunnel.spark.type;
