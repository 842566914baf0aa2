package io.tunnel.server.store;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.jspecify.annotations.Nullable;

/**
 * The bulk way into DuckDB: batch files as the table function {@code tunnel_blocks(id)}, so that
 * {@code INSERT ... SELECT} takes them with all its threads. Each thread takes the next batch.
 *
 * <p>A load is open from its construction to {@link #close}; the function knows it by {@link #id}.
 */
public final class BlockLoad implements AutoCloseable {
  private static final String FUNCTION = "tunnel_blocks";
  private static final int MAX_THREADS = 8;
  private static final Map<String, BlockLoad> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final String id = Long.toString(NEXT_ID.incrementAndGet());
  private final List<Column> columns;
  private final int[] positions;
  private final List<BatchFile> files;
  private final BufferAllocator allocator;
  private final List<Unit> units = new ArrayList<>();
  private final AtomicInteger nextUnit = new AtomicInteger();
  private final Queue<Worker> workers = new ConcurrentLinkedQueue<>();
  private final long rows;

  /**
   * Opens a load.
   *
   * @param columns the columns of every file, in order
   * @param files the files, in the order in which they are taken
   * @param allocator gives the memory of the batches; each thread holds one
   */
  public BlockLoad(List<Column> columns, List<BatchFile> files, BufferAllocator allocator) {
    this(columns, IntStream.range(0, columns.size()).toArray(), files, allocator);
  }

  /**
   * Opens a load of some columns.
   *
   * @param columns the columns of every file, in order
   * @param positions which of them the load gives, in which order
   * @param files the files, in the order in which they are taken
   * @param allocator gives the memory of the batches; each thread holds one
   */
  public BlockLoad(
      List<Column> columns, int[] positions, List<BatchFile> files, BufferAllocator allocator) {
    this.columns = IntStream.of(positions).mapToObj(columns::get).toList();
    this.positions = positions.clone();
    this.files = List.copyOf(files);
    this.allocator = allocator;
    long count = 0;
    for (BatchFile file : files) {
      for (int batch = 0; batch < file.batches(); batch++) {
        units.add(new Unit(file, batch));
      }
      count += file.rows();
    }
    rows = count;
    OPEN.put(id, this);
  }

  private record Unit(BatchFile file, int batch) {}

  /** The rows of all files. */
  public long rows() {
    return rows;
  }

  /** The number of files. */
  public int files() {
    return files.size();
  }

  /**
   * A SELECT that gives the rows with the types of storage, the columns in order.
   *
   * @param constants expressions behind the columns, each after a comma
   */
  public String select(String constants) {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (int i = 0; i < columns.size(); i++) {
      sql.append(i == 0 ? "" : ", ")
          .append(ColumnStorage.loadExpression(columns.get(i).type(), "c" + i));
    }
    return sql.append(constants)
        .append(" FROM ")
        .append(FUNCTION)
        .append("('")
        .append(id)
        .append("')")
        .toString();
  }

  /** Frees the memory; the statement that uses the load must have ended. */
  @Override
  public void close() throws IOException {
    OPEN.remove(id);
    for (Worker worker : workers) {
      worker.release();
    }
  }

  static void register(DuckDBConnection connection) throws SQLException {
    try (DuckDBTableFunctionBuilder builder = DuckDBFunctions.tableFunction()) {
      builder
          .withName(FUNCTION)
          .withParameter(String.class)
          .withFunction(new Function())
          .register(connection);
    }
  }

  /** What DuckDB calls. */
  private static final class Function
      implements DuckDBTableFunction<BlockLoad, BlockLoad, BlockLoad.Worker> {
    @Override
    public BlockLoad bind(DuckDBTableFunctionBindInfo info) {
      BlockLoad load = OPEN.get(info.getParameter(0).getString());
      if (load == null) {
        throw new IllegalStateException("The load is not open");
      }
      for (int i = 0; i < load.columns.size(); i++) {
        info.addResultColumn("c" + i, ColumnStorage.loadType(load.columns.get(i).type()));
      }
      info.setCardinality(load.rows, true);
      return load;
    }

    @Override
    public BlockLoad init(DuckDBTableFunctionInitInfo info) {
      BlockLoad load = info.getBindData();
      load.nextUnit.set(0);
      info.setMaxThreads(Math.max(1, Math.min(MAX_THREADS, load.units.size())));
      return load;
    }

    @Override
    public Worker localInit(DuckDBTableFunctionInitInfo info) {
      BlockLoad load = info.getBindData();
      Worker worker = load.new Worker();
      load.workers.add(worker);
      return worker;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter chunk)
        throws IOException {
      Worker worker = info.getLocalInitData();
      return worker.fill(chunk);
    }
  }

  /** One thread of the load. */
  private final class Worker {
    private final ColumnCopy[] copies =
        columns.stream().map(ColumnCopy::of).toArray(ColumnCopy[]::new);
    private @Nullable ArrowBatchReader reader;
    private int position;

    int fill(DuckDBDataChunkWriter chunk) throws IOException {
      ArrowBatchReader batch = current();
      if (batch == null) {
        return 0;
      }
      VectorSchemaRoot root = batch.root();
      int count = (int) Math.min(chunk.capacity(), root.getRowCount() - position);
      for (int i = 0; i < copies.length; i++) {
        FieldVector vector = root.getVector(positions[i]);
        copies[i].copy(vector, position, chunk.vector(i), count);
      }
      position += count;
      return count;
    }

    private @Nullable ArrowBatchReader current() throws IOException {
      ArrowBatchReader batch = reader;
      if (batch != null && position < batch.root().getRowCount()) {
        return batch;
      }
      release();
      int next = nextUnit.getAndIncrement();
      if (next >= units.size()) {
        return null;
      }
      Unit unit = units.get(next);
      batch = unit.file.read(unit.batch, allocator);
      reader = batch;
      position = 0;
      if (!batch.loadNextBatch()) {
        throw new IOException("The batch file " + unit.file.path().getFileName() + " is damaged");
      }
      return batch;
    }

    void release() throws IOException {
      ArrowBatchReader batch = reader;
      reader = null;
      if (batch != null) {
        batch.close();
      }
    }
  }
}
