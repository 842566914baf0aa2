package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.pack.RecordReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.store.BatchCheck;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.RowExport;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The body of a block on its way in.
 *
 * @param columns the columns of the session
 * @param arrow whether the body is Arrow, otherwise records
 * @param coding the compression around it
 * @param in the bytes of the request; left open
 */
record BlockBody(List<Column> columns, boolean arrow, ContentCoding coding, InputStream in) {
  private static final int RECORD_BATCH_ROWS = 8192;

  /** The layout of the batches that {@link #read} gives to a file. */
  ArrowMapping.Form form() {
    return arrow ? ArrowMapping.Form.WIRE : RowExport.form(columns);
  }

  /**
   * Reads everything and checks every value.
   *
   * @param file takes the rows; null if they are dropped
   * @return the number of rows
   * @throws IOException if the body is malformed, damaged or too large, or if it breaks off: a
   *     request that has not ended is no block
   */
  long read(ServerLimits limits, BufferAllocator allocator, @Nullable BatchFileWriter file)
      throws IOException {
    BatchCheck check = new BatchCheck(columns, limits.fieldBytes());
    InputStream decoded = new BoundedInput(coding.decode(in), limits.blockBytes());
    try (BatchReader reader =
        arrow
            ? new ArrowBatchReader(decoded, ArrowMapping.schema(columns, form()), allocator)
            : new RecordReader(decoded, columns, form(), allocator, RECORD_BATCH_ROWS)) {
      while (reader.loadNextBatch()) {
        check.check(reader.root(), reader.rowsRead() - reader.root().getRowCount());
        if (file != null) {
          file.write(reader.root());
        }
      }
      // The readers stop at the end of their form; the coded form and the request must end too.
      if (decoded.read() >= 0 || in.read() >= 0) {
        throw MalformedBodyException.malformed("The body goes on behind its end");
      }
      return reader.rowsRead();
    }
  }
}
