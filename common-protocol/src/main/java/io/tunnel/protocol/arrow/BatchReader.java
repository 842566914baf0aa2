package io.tunnel.protocol.arrow;

import java.io.Closeable;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Decodes one body into batches of rows. Not safe for use by several threads at once.
 *
 * <p>Rows are handed out before the last checksum of the body was seen; a caller that must not act
 * on a damaged body waits until {@link #loadNextBatch()} has returned false.
 */
public interface BatchReader extends Closeable {
  /** The schema of the batches. */
  Schema schema();

  /**
   * The batch loaded last. It is the same object for the reader's whole life, its content is
   * replaced by the next {@link #loadNextBatch()}, and the reader closes it.
   */
  VectorSchemaRoot root();

  /**
   * Loads the next batch, which has at least one row.
   *
   * @return false at the end of the body, when all checksums have been verified
   * @throws MalformedBodyException if the body is damaged, truncated or does not match the schema;
   *     the batch is then empty
   * @throws IOException if the stream fails
   */
  boolean loadNextBatch() throws IOException;

  /** Rows handed out so far, those of the current batch included. */
  long rowsRead();

  /** Frees the batch and closes the stream. May be called again. */
  @Override
  void close() throws IOException;
}
