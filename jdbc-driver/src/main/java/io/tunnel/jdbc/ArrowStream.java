package io.tunnel.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;

/**
 * The rows of a result set as a standard Arrow IPC stream, which any Arrow library in any version
 * can read. Obtained by {@code resultSet.unwrap(ArrowStream.class)}; result sets that do not come
 * from the tunnel (metadata, SHOW, DESC) have none.
 *
 * <p>Both methods carry the rows behind the current one and leave the result set behind its last
 * row; {@code next()} afterwards returns false. Memory is bounded by one batch, and {@code
 * setFetchSize} bounds the rows of a batch.
 *
 * <p>Arrow types: DATETIME is {@code timestamp[ms, UTC]}, TIMESTAMP {@code timestamp[ns, UTC]},
 * TIMESTAMP_NTZ {@code timestamp[ns]} without a zone; where the service sent a wider range than 64
 * bits of nanoseconds, both are {@code struct<sec: int64, nano: int32>}. The other types are those
 * of the specification (regular tunnel, section 5).
 */
public interface ArrowStream {

  /**
   * Writes the schema, all remaining rows and the end-of-stream marker. The stream is flushed, not
   * closed.
   *
   * @return the number of rows written
   * @throws SQLException if the rows cannot be read to their end
   * @throws IOException if the output fails
   */
  long writeTo(OutputStream out) throws SQLException, IOException;

  /**
   * The same bytes to read: batches are fetched while the stream is read. A failure of the result
   * is an {@link IOException} whose cause is the {@link SQLException}. Closing the stream does not
   * close the result set; closing the result set ends the stream with an exception.
   */
  InputStream openStream() throws SQLException;
}
