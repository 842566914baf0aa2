/**
 * The write path: parameters of a prepared statement go straight into Arrow vectors and from there
 * through upload sessions, or by primary key through upsert sessions.
 *
 * <p>{@link io.tunnel.jdbc.batch.Cells} holds the parameters as they were set, without boxing;
 * {@link io.tunnel.jdbc.batch.StatementPlanner} decides, as a pure function, how a statement
 * travels; {@link io.tunnel.jdbc.batch.RowBatch} is filled by the user's thread while a {@link
 * io.tunnel.jdbc.batch.RowSink} sends the one before it on the connection's worker thread; a {@link
 * io.tunnel.jdbc.batch.TableCommit} makes the rows visible.
 */
package io.tunnel.jdbc.batch;
