package io.tunnel.jdbc.batch;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.util.ArrowBufPointer;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ElementAddressableVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;

/**
 * The key of one row as bytes that are equal exactly if the keys are, whatever batch of wire form
 * it comes from: the number of its partition and the values of its key columns.
 */
final class KeyBytes {
  private final FieldVector[] vectors;
  private final boolean[] padded;
  private final ArrowBufPointer pointer = new ArrowBufPointer();
  private byte[] bytes = new byte[64];
  private int length;

  /**
   * Reads keys from these vectors.
   *
   * @param columns their columns, in the same order
   */
  KeyBytes(List<FieldVector> vectors, List<Column> columns) {
    this.vectors = vectors.toArray(FieldVector[]::new);
    padded = new boolean[columns.size()];
    for (int i = 0; i < padded.length; i++) {
      padded[i] = columns.get(i).type() instanceof CharType;
    }
  }

  /** Takes the key of a row. */
  void take(int partition, int row) {
    length = 0;
    addNumber(partition, Integer.BYTES);
    for (int i = 0; i < vectors.length; i++) {
      add(vectors[i], row, padded[i]);
    }
  }

  private void add(FieldVector vector, int row, boolean isPadded) {
    if (vector instanceof BitVector bits) {
      addNumber(bits.get(row), 1);
    } else if (vector instanceof Float4Vector floats) {
      // Adding zero makes one of both zeros, and the bits are one for every NaN.
      addNumber(Float.floatToIntBits(floats.get(row) + 0f), Float.BYTES);
    } else if (vector instanceof Float8Vector doubles) {
      addNumber(Double.doubleToLongBits(doubles.get(row) + 0d), Double.BYTES);
    } else {
      ElementAddressableVector values = (ElementAddressableVector) vector;
      values.getDataPointer(row, pointer);
      int size = Math.toIntExact(pointer.getLength());
      boolean isFixed = vector instanceof BaseFixedWidthVector;
      int start = length;
      reserve(Integer.BYTES + size);
      length += isFixed ? 0 : Integer.BYTES;
      if (size > 0) {
        pointer.getBuf().getBytes(pointer.getOffset(), bytes, length, size);
      }
      length += size;
      if (!isFixed) {
        endText(start, isPadded);
      }
    }
  }

  /** Puts the length in front of a text, without the blanks that pad a CHAR. */
  private void endText(int start, boolean isPadded) {
    int first = start + Integer.BYTES;
    while (isPadded && length > first && bytes[length - 1] == ' ') {
      length--;
    }
    int end = length;
    length = start;
    addNumber(end - first, Integer.BYTES);
    length = end;
  }

  private void addNumber(long value, int size) {
    reserve(size);
    for (int i = 0; i < size; i++) {
      bytes[length++] = (byte) (value >>> 8 * i);
    }
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  /** The bytes of the key taken last, and perhaps more behind them. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
