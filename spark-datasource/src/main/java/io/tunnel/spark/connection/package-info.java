/** What driver and executors share within a JVM: clients, memory, the settings to open them. */
package io.tunnel.spark.connection;
