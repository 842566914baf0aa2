package io.tunnel.cli.file;

import io.tunnel.protocol.type.TableSchema;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A batch of rows of the whole table in wire form, filled again and again. One thread at a time.
 * Whoever made it closes it.
 */
public final class FileBatch implements AutoCloseable {
  private final VectorSchemaRoot root;
  private final int capacity;

  /** Makes an empty batch for this many rows. */
  public FileBatch(TableSchema schema, BufferAllocator allocator, int capacity) {
    this.root = VectorSchemaRoot.create(schema.arrowSchema(), allocator);
    this.capacity = capacity;
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setInitialCapacity(capacity);
      vector.allocateNew();
    }
  }

  /** The rows; valid until the batch is filled again. */
  public VectorSchemaRoot rows() {
    return root;
  }

  int capacity() {
    return capacity;
  }

  /** Makes all rows NULL; the memory is kept. */
  void reset() {
    for (FieldVector vector : root.getFieldVectors()) {
      vector.reset();
      if (vector instanceof BaseFixedWidthVector fixed && fixed.getValueCapacity() < capacity) {
        fixed.allocateNew(capacity);
      }
    }
    root.setRowCount(0);
  }

  @Override
  public void close() {
    root.close();
  }
}
