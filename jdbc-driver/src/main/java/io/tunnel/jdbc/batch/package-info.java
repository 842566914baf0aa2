/**
 * The write path: parameters of a prepared INSERT go straight into Arrow vectors and from there
 * through upload sessions.
 *
 * <p>{@link io.tunnel.jdbc.batch.Cells} holds the parameters as they were set, without boxing;
 * {@link io.tunnel.jdbc.batch.InsertPlanner} decides, as a pure function, how a statement travels;
 * {@link io.tunnel.jdbc.batch.RowBatch} is filled by the user's thread while {@link
 * io.tunnel.jdbc.batch.TableUpload} sends the one before it on the connection's worker thread.
 */
package io.tunnel.jdbc.batch;
