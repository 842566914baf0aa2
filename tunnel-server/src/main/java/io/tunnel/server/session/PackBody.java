package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertPackReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.store.BatchCheck;
import io.tunnel.server.store.BatchFileWriter;
import io.tunnel.server.store.RowExport;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The body of a pack on its way in.
 *
 * @param session the session that it is for
 * @param number its place among the packs of the session
 * @param coding the compression around it
 * @param in the bytes of the request; left open
 */
record PackBody(UpsertSession session, long number, ContentCoding coding, InputStream in) {
  private static final int BATCH_ROWS = 8192;

  /** The columns of the batches that {@link #read} gives to a file. */
  List<Column> columns() {
    return UpsertRows.columns(session.schema().columns());
  }

  /** The layout of the batches that {@link #read} gives to a file. */
  ArrowMapping.Form form() {
    return RowExport.form(columns());
  }

  /**
   * Reads everything and checks every value.
   *
   * @return the number of rows
   * @throws IOException if the body is malformed, damaged or too large, or if it breaks off
   */
  long read(ServerLimits limits, BufferAllocator allocator, BatchFileWriter file)
      throws IOException {
    List<Column> table = session.schema().columns();
    List<Column> withNulls = table.stream().map(c -> Column.of(c.name(), c.type())).toList();
    BatchCheck check = new BatchCheck(withNulls, limits.fieldBytes());
    UpsertLayout layout =
        UpsertLayout.of(
            withNulls, session.primaryKey(), LongStream.range(0, table.size()).boxed().toList());
    InputStream decoded = new BoundedInput(coding.decode(in), limits.blockBytes());
    try (UpsertPackReader reader =
            new UpsertPackReader(decoded, layout, form(), allocator, BATCH_ROWS);
        UpsertRows rows = new UpsertRows(table, number, allocator)) {
      while (reader.loadNextBatch()) {
        if (reader.columnSets().size() > 1 && !session.allowsPartialUpdate()) {
          throw ServiceError.INVALID_ARGUMENT.exception(
              "The table "
                  + session.identity().target()
                  + " does not take rows that write some columns only; write whole rows, or set"
                  + " TBLPROPERTIES (\"acid.partial.fields.update.enable\"=\"true\")");
        }
        check.check(reader.root(), reader.rowsRead() - reader.root().getRowCount());
        file.write(rows.next(reader));
      }
      // The reader stops at the end of its form; the coded form and the request must end too.
      if (decoded.read() >= 0 || in.read() >= 0) {
        throw MalformedBodyException.malformed("The body goes on behind its end");
      }
      return reader.rowsRead();
    }
  }
}
