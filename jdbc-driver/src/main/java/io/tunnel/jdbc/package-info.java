/**
 * The JDBC driver {@code jdbc:tunnel:}. Users meet {@link io.tunnel.jdbc.TunnelDriver}, {@link
 * io.tunnel.jdbc.TunnelDataSource} and, through {@code unwrap}, {@link io.tunnel.jdbc.ArrowStream};
 * everything else is reached through {@code java.sql}.
 *
 * <p>The way of a written row: {@code setX} into cells, {@code addBatch} into Arrow vectors
 * (package batch), {@code executeBatch} into an upload session. The way of a read row: Arrow
 * vectors ({@link io.tunnel.jdbc.ArrowStream}, package accessor) into getters (package result).
 * Nothing but {@link java.sql.SQLException} leaves the driver.
 */
package io.tunnel.jdbc;
