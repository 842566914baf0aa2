package io.tunnel.server.store;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/**
 * The way out of DuckDB: a result becomes a {@link BatchFile}. In memory there is one batch, and of
 * the values that are on their way a bounded number of bytes ({@link ParkedValues}). Used by one
 * thread.
 */
public final class RowExport implements Closeable {
  private static final String LOST_REASON = "Invalid result set";
  private static final int BATCH_ROWS = 8192;

  /** A batch is ended early when its vectors take this memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private final List<Column> columns;
  private final ArrowMapping.Form form;
  private final DataFolder folder;
  private final ParkedValues values;

  /** Learns which statement runs, so that whoever cancels the query can reach it. */
  @FunctionalInterface
  public interface Watch {
    /**
     * Called before a further statement begins.
     *
     * @throws SQLException if the query was cancelled: then the statement must not begin
     */
    void begins(Statement statement) throws SQLException;
  }

  /** An export of rows with these columns in the {@link #form} that keeps them. */
  public RowExport(List<Column> columns, DataFolder folder) {
    this(columns, form(columns), folder);
  }

  /** An export of rows with these columns, laid out in this form. */
  public RowExport(List<Column> columns, ArrowMapping.Form form, DataFolder folder) {
    this.columns = List.copyOf(columns);
    this.form = form;
    this.folder = folder;
    values =
        new ParkedValues(
            folder, (int) columns.stream().filter(c -> ColumnStorage.isWide(c.type())).count());
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

  /**
   * Begins the query whose result {@link #write} takes.
   *
   * @param stored for each column an expression of its {@link ColumnStorage#duckDbType}
   * @param from what stands behind FROM
   * @param watch learns of a second statement, which may run to find the reason of a failure
   */
  public ResultSet open(Statement statement, List<String> stored, String from, Watch watch)
      throws SQLException, IOException {
    String sql = query(stored, from);
    Connection connection = statement.getConnection();
    try {
      return statement.executeQuery(sql);
    } catch (SQLException e) {
      throw values.reason(
          String.valueOf(e.getMessage()).contains(LOST_REASON)
              ? again(connection, sql, watch, e)
              : e);
    }
  }

  /**
   * The driver loses the reason when a streamed result fails in its first rows. Its other interface
   * tells it, so the query runs once more, unless it failed because it was cancelled.
   */
  private static SQLException again(
      Connection connection, String sql, Watch watch, SQLException failure) {
    try (DuckDBPreparedStatement statement =
        connection.unwrap(DuckDBConnection.class).prepare(sql)) {
      watch.begins(statement);
      statement.query().close();
      return failure;
    } catch (SQLException e) {
      e.addSuppressed(failure);
      return e;
    }
  }

  private String query(List<String> stored, String from) {
    StringBuilder scalars = new StringBuilder();
    StringBuilder fetched = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      MaxComputeType type = columns.get(i).type();
      String name = "v" + i;
      scalars
          .append(i == 0 ? "" : ", ")
          .append(ColumnStorage.readExpression(type, stored.get(i)))
          .append(" AS ")
          .append(name);
      fetched
          .append(i == 0 ? "" : ", ")
          .append(
              ColumnStorage.isWide(type)
                  ? values.expression(columns.get(i).name(), name, type == PrimitiveType.BINARY)
                  : name);
    }
    return "SELECT " + fetched + " FROM (SELECT " + scalars + " FROM " + from + ")";
  }

  /**
   * Writes all rows of a result.
   *
   * @param result the result of {@link #open}
   * @param path the name of the file when it is finished
   * @param durable whether the file must survive a crash of the machine, if anything must
   */
  public BatchFile write(ResultSet result, BufferAllocator allocator, Path path, boolean durable)
      throws SQLException, IOException {
    try (BatchFileWriter file = new BatchFileWriter(folder, columns, form)) {
      copy(result, allocator, file);
      return finish(file, folder, path, durable);
    }
  }

  /**
   * Appends all rows of a result to a file. Other exports may append to it at the same time.
   *
   * @param result the result of {@link #open}
   */
  public void copy(ResultSet result, BufferAllocator allocator, BatchFileWriter file)
      throws SQLException, IOException {
    try {
      writeRows(result, allocator, file);
    } catch (SQLException e) {
      throw values.reason(e);
    }
  }

  /** Ends a file to which everything was appended; the parameters are those of {@link #write}. */
  public static BatchFile finish(
      BatchFileWriter file, DataFolder folder, Path path, boolean durable) throws IOException {
    file.seal(durable && folder.isDurable());
    BatchFile finished = file.publish(path);
    if (durable) {
      folder.syncName(path);
    }
    return finished;
  }

  private void writeRows(ResultSet result, BufferAllocator allocator, BatchFileWriter file)
      throws SQLException, IOException {
    try (BufferAllocator memory = allocator.newChildAllocator("export", 0, Long.MAX_VALUE);
        VectorSchemaRoot root =
            VectorSchemaRoot.create(ArrowMapping.schema(columns, form), memory)) {
      VectorFill[] fills = fills(root);
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
    }
  }

  private VectorFill[] fills(VectorSchemaRoot root) {
    VectorFill[] fills = new VectorFill[columns.size()];
    for (int i = 0; i < fills.length; i++) {
      fills[i] = VectorFill.of(columns.get(i), root.getVector(i), values);
    }
    return fills;
  }

  /** Frees what belongs to the result; the statement must have ended. */
  @Override
  public void close() throws IOException {
    values.close();
  }
}
