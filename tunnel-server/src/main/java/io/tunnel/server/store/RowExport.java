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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The way out of DuckDB: a result becomes a {@link BatchFile}, one batch in memory at a time. */
public final class RowExport {
  private static final int BATCH_ROWS = 8192;

  /** A batch is ended early when its vectors take this memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private RowExport() {}

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

  /**
   * Writes all rows of a result.
   *
   * @param result one column for each of {@code columns}, made by {@link
   *     ColumnStorage#readExpression}
   * @param columns the columns
   * @param folder where the file is while it is written
   * @param path its name when it is finished
   * @param durable whether the file must survive a crash of the machine, if anything must
   */
  public static BatchFile write(
      ResultSet result,
      List<Column> columns,
      BufferAllocator allocator,
      DataFolder folder,
      Path path,
      boolean durable)
      throws SQLException, IOException {
    ArrowMapping.Form form = form(columns);
    try (BufferAllocator memory = allocator.newChildAllocator("export", 0, Long.MAX_VALUE);
        VectorSchemaRoot root =
            VectorSchemaRoot.create(ArrowMapping.schema(columns, form), memory);
        BatchFileWriter file = new BatchFileWriter(folder.newTemporary(), columns, form)) {
      VectorFill[] fills = new VectorFill[columns.size()];
      for (int i = 0; i < fills.length; i++) {
        fills[i] = VectorFill.of(columns.get(i), root.getVector(i));
      }
      boolean more = result.next();
      while (more) {
        for (FieldVector vector : root.getFieldVectors()) {
          vector.setInitialCapacity(BATCH_ROWS);
          vector.allocateNew();
        }
        int row = 0;
        do {
          for (int i = 0; i < fills.length; i++) {
            fills[i].set(result, i + 1, row);
          }
          row++;
          more = result.next();
        } while (more && row < BATCH_ROWS && memory.getAllocatedMemory() < BATCH_BYTES);
        root.setRowCount(row);
        file.write(root);
        root.clear();
      }
      file.seal(durable && folder.isDurable());
      BatchFile finished = file.publish(path);
      if (durable) {
        folder.syncName(path);
      }
      return finished;
    }
  }
}
