package io.tunnel.protocol.session;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The longest text or binary value that the service takes, checked before it is sent: the service
 * would refuse the whole block, long after the value was written.
 *
 * @param bytes the limit
 */
record FieldLimit(long bytes) {

  /**
   * Checks all values of a batch, those inside of arrays, maps and structs too.
   *
   * @throws IllegalArgumentException if one is too long; names column and row
   */
  void check(VectorSchemaRoot batch) {
    for (FieldVector vector : batch.getFieldVectors()) {
      check(vector, vector);
    }
  }

  private void check(FieldVector column, FieldVector vector) {
    if (vector instanceof BaseVariableWidthVector texts) {
      checkValues(column, texts);
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      check(column, child);
    }
  }

  private void checkValues(FieldVector column, BaseVariableWidthVector texts) {
    int values = texts.getValueCount();
    ArrowBuf offsets = texts.getOffsetBuffer();
    long end = (long) values * Integer.BYTES;
    if (values == 0 || offsets.getInt(end) <= bytes) {
      // All values together are short enough, as in nearly every batch.
      return;
    }
    for (int i = 0; i < values; i++) {
      long at = (long) i * Integer.BYTES;
      int length = offsets.getInt(at + Integer.BYTES) - offsets.getInt(at);
      if (length > bytes && !texts.isNull(i)) {
        throw new IllegalArgumentException(
            "Column "
                + column.getName()
                + (texts == column ? ", row " + (i + 1) + " of the batch" : "")
                + ": a value of "
                + length
                + " bytes is longer than the "
                + bytes
                + " bytes that the service takes");
      }
    }
  }
}
