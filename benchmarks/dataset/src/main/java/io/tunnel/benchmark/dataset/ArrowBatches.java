package io.tunnel.benchmark.dataset;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A dataset as Arrow batches, made before the measuring begins; the same for every Arrow writer.
 */
public final class ArrowBatches implements AutoCloseable {
  private final List<VectorSchemaRoot> batches;

  private ArrowBatches(List<VectorSchemaRoot> batches) {
    this.batches = batches;
  }

  /** Fills batches of a session's schema. */
  public static ArrowBatches of(
      Dataset data, Schema schema, int batchRows, BufferAllocator allocator) {
    List<VectorSchemaRoot> batches = new ArrayList<>();
    for (int from = 0; from < data.rows(); from += batchRows) {
      int rows = Math.min(batchRows, data.rows() - from);
      VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
      for (int i = 0; i < data.columns().size(); i++) {
        fill(root.getVector(i), data.columns().get(i).values(), from, rows);
      }
      root.setRowCount(rows);
      batches.add(root);
    }
    return new ArrowBatches(batches);
  }

  /** The batches in order. */
  public List<VectorSchemaRoot> batches() {
    return batches;
  }

  @Override
  public void close() {
    batches.forEach(VectorSchemaRoot::close);
  }

  private static void fill(FieldVector vector, Values values, int from, int rows) {
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    if (values instanceof Values.Texts texts) {
      VarCharVector text = (VarCharVector) vector;
      for (int row = 0; row < rows; row++) {
        int start = texts.offsets()[from + row];
        text.setSafe(row, texts.bytes(), start, texts.offsets()[from + row + 1] - start);
      }
    } else if (values instanceof Values.Ints ints) {
      fillInts(vector, ints.values(), from, rows);
    } else if (values instanceof Values.Longs longs) {
      fillLongs(vector, longs.values(), from, rows);
    }
  }

  private static void fillInts(FieldVector vector, int[] values, int from, int rows) {
    for (int row = 0; row < rows; row++) {
      if (vector instanceof DateDayVector date) {
        date.set(row, values[from + row]);
      } else {
        ((IntVector) vector).set(row, values[from + row]);
      }
    }
  }

  private static void fillLongs(FieldVector vector, long[] values, int from, int rows) {
    for (int row = 0; row < rows; row++) {
      if (vector instanceof DecimalVector decimal) {
        decimal.set(row, values[from + row]);
      } else if (vector instanceof DateMilliVector time) {
        time.set(row, values[from + row]);
      } else {
        ((BigIntVector) vector).set(row, values[from + row]);
      }
    }
  }
}
