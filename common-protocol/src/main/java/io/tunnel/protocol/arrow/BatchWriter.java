package io.tunnel.protocol.arrow;

import java.io.Closeable;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Encodes batches of rows into one body. Not safe for use by several threads at once.
 *
 * <p>The body is valid only after {@link #finish()}. A body that is closed without it lacks its
 * last checksum, and every reader refuses it.
 */
public interface BatchWriter extends Closeable {
  /**
   * Encodes all rows of the batch. The batch stays with the caller and may be changed as soon as
   * the call returns. A batch without rows writes nothing.
   *
   * @throws IOException if the stream fails; nothing can be written afterwards
   * @throws IllegalArgumentException if a value cannot be written; the message names the column and
   *     the row of the batch, and nothing can be written afterwards
   * @throws IllegalStateException after {@link #finish()} or after an earlier failure
   */
  void write(VectorSchemaRoot batch) throws IOException;

  /** Rows written so far. */
  long rows();

  /**
   * Writes what ends the body, with its last checksum, and flushes the stream. Must be called
   * exactly once. A content coding ends its own frame only in {@link #close()}.
   *
   * @throws IllegalStateException if called again or after a failure
   */
  void finish() throws IOException;

  /** Closes the stream and frees buffers. May be called again. */
  @Override
  void close() throws IOException;
}
