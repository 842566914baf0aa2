package io.tunnel.spark.read;

import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/**
 * An Arrow vector as Spark sees it, without a copy. {@link #refresh()} must follow every new batch,
 * because the vector then has other buffers.
 */
abstract class ArrowColumn extends TypedColumn {
  private final FieldVector vector;
  private long validity;
  private int nulls;

  ArrowColumn(DataType type, FieldVector vector) {
    super(type);
    this.vector = vector;
  }

  /** Takes over the buffers of the vector's current batch. */
  final void refresh() {
    nulls = vector.getNullCount();
    validity = nulls == 0 ? 0 : vector.getValidityBuffer().memoryAddress();
    refreshValues();
  }

  abstract void refreshValues();

  @Override
  public final boolean hasNull() {
    return nulls > 0;
  }

  @Override
  public final int numNulls() {
    return nulls;
  }

  @Override
  public final boolean isNullAt(int row) {
    return nulls > 0 && (Platform.getByte(null, validity + (row >>> 3)) >> (row & 7) & 1) == 0;
  }
}
