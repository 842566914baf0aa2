/**
 * Values between Java and MaxCompute without any column or row: every conversion of the driver goes
 * through {@link io.tunnel.jdbc.value.ValueConverter}, and JDBC type codes appear only in {@link
 * io.tunnel.jdbc.value.TypeDescription}. A new place that reasons about column types adds to these
 * two instead of switching on JDBC codes.
 *
 * <p>The natural Java form of a value, from which all others are derived: Integer (TINYINT,
 * SMALLINT, INT), Long, Float, Double, Boolean, String (STRING, CHAR, VARCHAR, JSON), byte[],
 * BigDecimal, LocalDate (DATE), Instant (DATETIME, TIMESTAMP), LocalDateTime (TIMESTAMP_NTZ),
 * Period, Duration, {@link java.sql.Array}, {@link java.util.Map} and {@link
 * io.tunnel.jdbc.value.StructValue}.
 */
package io.tunnel.jdbc.value;
