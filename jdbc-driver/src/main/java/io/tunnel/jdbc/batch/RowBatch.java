package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows in Arrow vectors of wire form, a bounded number of them, each with the number of its
 * partition. Used by one thread at a time; handing it to another needs a happens-before edge.
 */
final class RowBatch implements AutoCloseable {
  /** Rows at most; enough to make the overhead of a batch vanish. */
  static final int MAX_ROWS = 8192;

  /** Bytes of texts and binaries after which no row is added. */
  static final long MAX_BYTES = 4L << 20;

  private static final int FIRST_CAPACITY = 64;

  private final VectorSchemaRoot root;
  private final ColumnWriter[] writers;
  private final List<Column> partitionColumns;
  private final ByteCount count = new ByteCount();
  private final int maxRows;
  private PartitionDictionary partitions;
  private int[] partitionOfRow = new int[0];
  private int rows;
  private boolean severalPartitions;

  RowBatch(
      TableSchema schema,
      BufferAllocator allocator,
      ValueConverter converter,
      PartitionDictionary partitions) {
    this.root = VectorSchemaRoot.create(schema.arrowSchema(), allocator);
    this.partitionColumns = schema.partitionColumns();
    this.partitions = partitions;
    // Wide tables get shorter batches, so that an empty batch stays small, too.
    this.maxRows =
        Math.max(256, Math.min(MAX_ROWS, (1 << 19) / Math.max(1, schema.columns().size())));
    ColumnWriterFactory factory = new ColumnWriterFactory(converter, count);
    writers = new ColumnWriter[schema.columns().size()];
    for (int i = 0; i < writers.length; i++) {
      FieldVector vector = root.getVector(i);
      vector.setInitialCapacity(FIRST_CAPACITY);
      vector.allocateNew();
      writers[i] = factory.create(schema.columns().get(i), vector);
    }
  }

  /** Adds one row for each tuple, or none if one of them fails. */
  void add(Cells cells, List<TupleBinding> tuples) throws RowException {
    int first = rows;
    for (int i = 0; i < tuples.size(); i++) {
      try {
        write(first + i, i, cells, tuples.get(i));
      } catch (RowException e) {
        // What was written behind the last row is overwritten by the next one.
        rows = first;
        throw e;
      }
      rows = first + i + 1;
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

  /** The rows as a batch; valid until rows are added or removed. */
  VectorSchemaRoot root() {
    root.setRowCount(rows);
    return root;
  }

  /** Whether rows of more than one partition may be here. */
  boolean hasSeveralPartitions() {
    return severalPartitions;
  }

  int partitionOf(int row) {
    return partitionOfRow.length == 0 ? 0 : partitionOfRow[row];
  }

  PartitionDictionary partitions() {
    return partitions;
  }

  /** Removes all rows and keeps the memory; partitions are numbered anew. */
  void reset(PartitionDictionary dictionary) {
    for (FieldVector vector : root.getFieldVectors()) {
      vector.reset();
    }
    count.bytes = 0;
    rows = 0;
    severalPartitions = false;
    partitions = dictionary;
  }

  @Override
  public void close() {
    root.close();
  }
}
