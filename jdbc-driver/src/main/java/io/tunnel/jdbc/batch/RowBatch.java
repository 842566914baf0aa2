package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * Rows in Arrow vectors of wire form, a bounded number of them, each with the number of its
 * partition. Used by one thread at a time; handing it to another needs a happens-before edge. Only
 * {@link #close()} may come while rows are added, because rows are written through addresses: it
 * waits for the row, and no row is added afterwards.
 */
final class RowBatch implements AutoCloseable {
  /** Rows at most; enough to make the overhead of a batch vanish. */
  static final int MAX_ROWS = 8192;

  /** Bytes of texts and binaries after which no row is added. */
  static final long MAX_BYTES = 4L << 20;

  private static final int FIRST_CAPACITY = 64;

  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final ColumnWriter[] writers;
  private final List<Column> partitionColumns;
  private final ByteCount count = new ByteCount();
  private final int maxRows;
  private PartitionDictionary partitions;
  private int[] partitionOfRow = new int[0];
  private int rows;
  private int reserved;
  private boolean severalPartitions;
  private boolean closed;

  RowBatch(
      TableSchema schema,
      BufferAllocator allocator,
      ValueConverter converter,
      PartitionDictionary partitions) {
    this.root = VectorSchemaRoot.create(schema.arrowSchema(), allocator);
    this.loader = new VectorLoader(root);
    this.partitionColumns = schema.partitionColumns();
    this.partitions = partitions;
    // Wide tables get shorter batches, so that an empty batch stays small, too.
    this.maxRows =
        Math.max(256, Math.min(MAX_ROWS, (1 << 19) / Math.max(1, schema.columns().size())));
    ColumnWriterFactory factory = new ColumnWriterFactory(converter, allocator, count);
    writers = new ColumnWriter[schema.columns().size()];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = factory.create(schema.columns().get(i));
    }
  }

  /**
   * Adds one row for each tuple, or none if one of them fails.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  synchronized void add(Cells cells, List<TupleBinding> tuples) throws RowException {
    if (closed) {
      throw new IllegalStateException("The statement was closed by another thread");
    }
    int end = rows + tuples.size();
    if (end > reserved) {
      reserve(end);
    }
    long bytesBefore = count.bytes;
    boolean complete = false;
    try {
      for (int i = 0; i < tuples.size(); i++) {
        write(rows + i, i, cells, tuples.get(i));
      }
      complete = true;
    } finally {
      if (!complete) {
        rewind(bytesBefore);
      }
    }
    rows = end;
  }

  /** Goes back behind the last complete row. */
  private void rewind(long bytes) {
    count.bytes = bytes;
    for (ColumnWriter writer : writers) {
      writer.rewind(rows);
    }
  }

  private void reserve(int end) {
    reserved = Math.max(end, Math.max(FIRST_CAPACITY, 2 * reserved));
    for (ColumnWriter writer : writers) {
      writer.reserve(reserved);
    }
  }

  private void write(int row, int number, Cells cells, TupleBinding tuple) throws RowException {
    int[] bound = tuple.columns();
    for (int i = 0; i < bound.length; i++) {
      try {
        writers[i].write(row, cells, bound[i]);
      } catch (ValueException e) {
        throw new RowException(number, writers[i].column, cells.value(bound[i]), e);
      }
    }
    int[] partition = tuple.partition();
    if (partition.length > 0) {
      try {
        setPartition(row, partitions.number(cells, partition));
      } catch (ValueException e) {
        throw new RowException(number, partitionColumns.get(0), cells.value(partition[0]), e);
      }
    }
  }

  private void setPartition(int row, int partition) {
    if (row >= partitionOfRow.length) {
      partitionOfRow = Arrays.copyOf(partitionOfRow, Math.max(FIRST_CAPACITY, 2 * row));
    }
    partitionOfRow[row] = partition;
    severalPartitions |= row > 0 && partitionOfRow[0] != partition;
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows >= maxRows || count.bytes >= MAX_BYTES;
  }

  /** The rows as an Arrow batch; valid until rows are added or removed. */
  VectorSchemaRoot load() {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (ColumnWriter writer : writers) {
      writer.collect(rows, nodes, buffers);
    }
    root.clear();
    try (ArrowRecordBatch message = new ArrowRecordBatch(rows, nodes, buffers)) {
      loader.load(message);
    }
    return root;
  }

  /** Whether rows of more than one partition may be here. */
  boolean hasSeveralPartitions() {
    return severalPartitions;
  }

  int partitionOf(int row) {
    return partitionOfRow.length == 0 ? 0 : partitionOfRow[row];
  }

  /** For each row the number of its partition, in an array of the caller's. */
  int[] partitionNumbers() {
    return Arrays.copyOf(partitionOfRow, rows);
  }

  PartitionDictionary partitions() {
    return partitions;
  }

  /** Removes all rows and keeps the memory; partitions are numbered anew. */
  synchronized void reset(PartitionDictionary dictionary) {
    root.clear();
    for (ColumnWriter writer : writers) {
      writer.reset();
    }
    reserved = 0;
    count.bytes = 0;
    rows = 0;
    severalPartitions = false;
    partitions = dictionary;
  }

  @Override
  public synchronized void close() {
    closed = true;
    root.close();
    for (ColumnWriter writer : writers) {
      writer.close();
    }
  }
}
