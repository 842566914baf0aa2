package io.tunnel.spark.write;

import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.array.ByteArrayMethods;

/**
 * Whether two rows have the same values in some columns, by the bytes of their binary form: nothing
 * is decoded. NULL equals NULL. The two zeros of a floating-point column are different values.
 */
final class SameValues {
  private final int[] ordinals;
  private final boolean[] inPlace;

  SameValues(StructType rows, int[] ordinals) {
    this.ordinals = ordinals;
    inPlace = new boolean[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      inPlace[i] = UnsafeRow.isFixedLength(rows.fields()[ordinals[i]].dataType());
    }
  }

  boolean in(UnsafeRow one, UnsafeRow other) {
    for (int i = 0; i < ordinals.length; i++) {
      int ordinal = ordinals[i];
      boolean missing = one.isNullAt(ordinal);
      if (missing != other.isNullAt(ordinal)) {
        return false;
      }
      if (!missing
          && !(inPlace[i]
              ? one.getLong(ordinal) == other.getLong(ordinal)
              : sameBytes(one, other, ordinal))) {
        return false;
      }
    }
    return true;
  }

  /** The slot of such a value holds its offset in the upper and its size in the lower half. */
  private static boolean sameBytes(UnsafeRow one, UnsafeRow other, int ordinal) {
    long place = one.getLong(ordinal);
    long otherPlace = other.getLong(ordinal);
    int size = (int) place;
    return size == (int) otherPlace
        && ByteArrayMethods.arrayEquals(
            one.getBaseObject(),
            one.getBaseOffset() + (place >>> Integer.SIZE),
            other.getBaseObject(),
            other.getBaseOffset() + (otherPlace >>> Integer.SIZE),
            size);
  }
}
