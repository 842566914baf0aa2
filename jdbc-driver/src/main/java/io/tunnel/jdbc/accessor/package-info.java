/**
 * From Arrow vectors to JDBC: one accessor for each kind of vector, chosen once for each column by
 * {@link io.tunnel.jdbc.accessor.AccessorFactory}. Arrow types appear in no other package that
 * reads.
 */
package io.tunnel.jdbc.accessor;
