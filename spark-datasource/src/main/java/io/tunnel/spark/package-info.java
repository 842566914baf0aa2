/**
 * {@code format("tunnel")}: the entry point of the data source and its table. Rows are written
 * through {@code write}, read through {@code read}, and both lease their client from {@code
 * connection}.
 */
package io.tunnel.spark;
