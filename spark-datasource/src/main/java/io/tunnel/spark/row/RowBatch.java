package io.tunnel.spark.row;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.type.SparkTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Collects Spark's rows in an Arrow batch of bounded size, in memory that is used again for the
 * next batch. A row is copied at once, so Spark may reuse its object. Not safe for use by several
 * threads.
 *
 * <p>The batch is full at {@link #MAX_ROWS} rows or {@link #MAX_BYTES} bytes, whichever comes
 * first; a row larger than that makes a batch of its own.
 */
public final class RowBatch implements AutoCloseable {
  /** Rows of a full batch. */
  public static final int MAX_ROWS = 16_384;

  /** Bytes after which no further row is taken; buffers grow by doubling, so twice that is held. */
  public static final long MAX_BYTES = 4L << 20;

  private final ColumnWriter[] writers;
  private final int[] ordinals;
  private final BatchBytes bytes = new BatchBytes();
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private final int slotBytes;
  private long rowsBefore;
  private int rows;

  /**
   * Matches the columns and chooses the writers; takes no memory before the first row.
   *
   * @param rows the schema of Spark's rows
   * @param allocator owned by the caller, who closes it after this batch
   * @param maxFieldBytes the most bytes that the service takes in one text or binary value
   * @throws IllegalArgumentException if the columns or types do not fit the table; the message
   *     names the column
   */
  public RowBatch(
      TableSchema table, StructType rows, BufferAllocator allocator, int maxFieldBytes) {
    this(table, rows, ColumnMatch.ordinals(table, rows), allocator, maxFieldBytes);
  }

  /**
   * As the other constructor, for columns that the caller has matched.
   *
   * @param ordinals where the value of each column is in Spark's rows
   */
  public RowBatch(
      TableSchema table,
      StructType rows,
      int[] ordinals,
      BufferAllocator allocator,
      int maxFieldBytes) {
    this.ordinals = ordinals.clone();
    writers = new ColumnWriter[ordinals.length];
    ColumnWriters factory = new ColumnWriters(allocator, bytes, maxFieldBytes);
    int width = 0;
    for (int i = 0; i < writers.length; i++) {
      Column column = table.columns().get(i);
      DataType from =
          ordinals[i] == ColumnMatch.ABSENT
              ? SparkTypes.of(column.type())
              : rows.fields()[ordinals[i]].dataType();
      writers[i] =
          factory.writer(
              from, new ColumnWriter.Target(column.name(), column.type(), column.nullable()));
      width += writers[i].slotBytes();
    }
    slotBytes = width;
    root = VectorSchemaRoot.create(table.arrowSchema(), allocator);
    loader = new VectorLoader(root);
  }

  /**
   * Appends a row.
   *
   * @return whether the batch is full
   * @throws IllegalArgumentException if a value does not fit its column; the message names row,
   *     column and value, and the batch must not be used any more
   */
  public boolean add(InternalRow row) {
    try {
      for (int i = 0; i < writers.length; i++) {
        if (ordinals[i] == ColumnMatch.ABSENT) {
          writers[i].writeNull();
        } else {
          writers[i].write(row, ordinals[i]);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Row " + (rowsBefore + rows + 1) + " of the task: " + e.getMessage(), e);
    }
    rows++;
    return rows >= MAX_ROWS || bytes() >= MAX_BYTES;
  }

  /** Rows in the batch. */
  public int rows() {
    return rows;
  }

  /** Bytes of the values in the batch, without validity bits and padding. */
  public long bytes() {
    return (long) rows * slotBytes + bytes.variable();
  }

  /**
   * The rows as an Arrow batch in wire form, valid until {@link #clear()}.
   *
   * @return the same object each time, owned by this batch
   */
  public VectorSchemaRoot load() {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (ColumnWriter writer : writers) {
      writer.collect(nodes, buffers);
    }
    try (ArrowRecordBatch message = new ArrowRecordBatch(rows, nodes, buffers)) {
      loader.load(message);
    }
    return root;
  }

  /** Empties the batch for the next rows. */
  public void clear() {
    root.clear();
    for (ColumnWriter writer : writers) {
      writer.reset();
    }
    bytes.reset();
    rowsBefore += rows;
    rows = 0;
  }

  /** Frees all memory. May be called again. */
  @Override
  public void close() {
    root.close();
    for (ColumnWriter writer : writers) {
      writer.close();
    }
  }
}
