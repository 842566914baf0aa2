package io.tunnel.server.store;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.duckdb.DuckDBConnection;

/**
 * The way out of DuckDB: a result becomes a {@link BatchFile}, copied from DuckDB's memory into
 * Arrow vectors without a value on the heap, unless it is nested or binary. In memory there are one
 * chunk of DuckDB and one batch. Used by one thread.
 */
public final class RowExport {
  private static final int BATCH_ROWS = 8192;

  /** A batch is ended early when its vectors take this memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private final List<Column> columns;
  private final ArrowMapping.Form form;

  /** An export of rows with these columns in the {@link #form} that keeps them. */
  public RowExport(List<Column> columns) {
    this(columns, form(columns));
  }

  /** An export of rows with these columns, laid out in this form. */
  public RowExport(List<Column> columns, ArrowMapping.Form form) {
    this.columns = List.copyOf(columns);
    this.form = form;
  }

  /** The form in which a file keeps these columns without loss. */
  public static ArrowMapping.Form form(List<Column> columns) {
    return columns.stream().anyMatch(c -> hasDayTime(c.type()))
        ? ArrowMapping.Form.EXTENDED
        : ArrowMapping.Form.WIRE;
  }

  private static boolean hasDayTime(MaxComputeType type) {
    if (type instanceof ArrayType array) {
      return hasDayTime(array.element());
    }
    if (type instanceof MapType map) {
      return hasDayTime(map.key()) || hasDayTime(map.value());
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().anyMatch(f -> hasDayTime(f.type()));
    }
    return type == PrimitiveType.INTERVAL_DAY_TIME;
  }

  /** A query that has begun; what it sees is fixed. Closed before its connection. */
  public final class Rows implements AutoCloseable {
    private final ResultChunks chunks;

    private Rows(ResultChunks chunks) {
      this.chunks = chunks;
    }

    /**
     * Writes all rows. They are a copy of what DuckDB keeps, so nobody waits until they are on the
     * disk: a crash of the machine, unlike one of the server, may damage the file, which its
     * checksums tell.
     *
     * @param folder where the file is while it is written
     * @param path the name of the file when it is finished
     */
    public BatchFile write(DataFolder folder, BufferAllocator allocator, Path path)
        throws SQLException, IOException {
      try (BatchFileWriter file = new BatchFileWriter(folder, columns, form, false)) {
        copy(file, allocator);
        file.seal();
        return file.publish(path);
      }
    }

    /** Writes all rows behind what the file has; the caller ends it. */
    public void copy(BatchFileWriter file, BufferAllocator allocator)
        throws SQLException, IOException {
      try (BufferAllocator memory = allocator.newChildAllocator("export", 0, Long.MAX_VALUE);
          VectorSchemaRoot root =
              VectorSchemaRoot.create(ArrowMapping.schema(columns, form), memory)) {
        new Batches(chunks, columns, root, memory, file).copy();
      }
    }

    @Override
    public void close() throws SQLException {
      chunks.close();
    }
  }

  /**
   * Begins a query.
   *
   * @param stored for each column an expression of its {@link ColumnStorage#duckDbType}
   * @param from what stands behind FROM
   */
  public Rows open(DuckDBConnection connection, List<String> stored, String from)
      throws SQLException {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (int i = 0; i < columns.size(); i++) {
      sql.append(i == 0 ? "" : ", ")
          .append(ColumnStorage.readExpression(columns.get(i).type(), stored.get(i)));
    }
    return new Rows(ResultChunks.open(connection, sql.append(" FROM ").append(from).toString()));
  }

  /** Chunks on their way into batches. */
  private record Batches(
      ResultChunks chunks,
      VectorFill[] fills,
      VectorSchemaRoot root,
      BufferAllocator memory,
      BatchFileWriter file) {
    Batches(
        ResultChunks chunks,
        List<Column> columns,
        VectorSchemaRoot root,
        BufferAllocator memory,
        BatchFileWriter file) {
      this(chunks, new VectorFill[columns.size()], root, memory, file);
      for (int i = 0; i < fills.length; i++) {
        fills[i] = VectorFill.of(columns.get(i), i, root.getVector(i));
      }
    }

    void copy() throws SQLException, IOException {
      int row = 0;
      while (chunks.next()) {
        int rows = chunks.rows();
        for (int from = 0; from < rows; ) {
          if (row == 0) {
            begin();
          }
          int count = fitting(from, Math.min(rows - from, BATCH_ROWS - row));
          for (VectorFill fill : fills) {
            fill.copy(chunks, from, row, count);
          }
          from += count;
          row += count;
          if (row == BATCH_ROWS || memory.getAllocatedMemory() >= BATCH_BYTES) {
            end(row);
            row = 0;
          }
        }
      }
      if (row > 0) {
        end(row);
      }
    }

    /** How many of these rows may be copied at once; at least one. */
    private int fitting(int from, int most) {
      int count = most;
      while (count > 1 && bytes(from, count) > BATCH_BYTES) {
        count /= 2;
      }
      return count;
    }

    private long bytes(int from, int count) {
      long bytes = 0;
      for (VectorFill fill : fills) {
        bytes += fill.bytes(chunks, from, count);
      }
      return bytes;
    }

    private void begin() {
      boolean roomy = memory.getAllocatedMemory() < BATCH_BYTES;
      for (FieldVector vector : root.getFieldVectors()) {
        if (roomy && vector.getValueCapacity() >= BATCH_ROWS) {
          vector.reset();
        } else {
          vector.clear();
          vector.setInitialCapacity(BATCH_ROWS);
          vector.allocateNew();
        }
      }
    }

    private void end(int rows) throws IOException {
      root.setRowCount(rows);
      file.write(root);
    }
  }
}
