/**
 * MaxCompute types, their text form and their Arrow form. Every conversion in the project goes
 * through {@link io.tunnel.protocol.type.MaxComputeType}: JDBC codes appear only in the driver,
 * Spark types only in the data source, DuckDB types only in the server.
 */
package io.tunnel.protocol.type;
