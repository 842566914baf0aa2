package io.tunnel.spark.write;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * The row before the current one, copied into memory that is used again: Spark uses its row object
 * again as well.
 */
final class HeldRow {
  private final StructType type;
  private final UnsafeRow row;
  private byte[] bytes = new byte[256];
  private boolean empty = true;
  private @Nullable UnsafeProjection projection;

  HeldRow(StructType type) {
    this.type = type;
    row = new UnsafeRow(type.length());
  }

  boolean isEmpty() {
    return empty;
  }

  /** The row, if there is one; the same object each time. */
  UnsafeRow row() {
    return row;
  }

  void clear() {
    empty = true;
  }

  /** The row in binary form, which it has already behind the sort that the write asks for. */
  UnsafeRow binary(InternalRow other) {
    if (other instanceof UnsafeRow unsafe) {
      return unsafe;
    }
    UnsafeProjection known = projection;
    if (known == null) {
      known = UnsafeProjection.create(type);
      projection = known;
    }
    return known.apply(other);
  }

  /** Copies a row. */
  void hold(UnsafeRow other) {
    int size = other.getSizeInBytes();
    if (bytes.length < size) {
      bytes = new byte[Math.max(size, (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 15))];
    }
    Platform.copyMemory(
        other.getBaseObject(), other.getBaseOffset(), bytes, Platform.BYTE_ARRAY_OFFSET, size);
    row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET, size);
    empty = false;
  }
}
