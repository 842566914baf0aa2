package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Writes one column into its vector. There is one subclass for each type, chosen once for each
 * column; a subclass overrides the primitive methods that it can serve without boxing. A value that
 * does not fit throws and may leave bytes behind the last complete row, which the next row
 * overwrites.
 */
abstract class ColumnWriter {
  /** The column, or a field inside of one. */
  final Column column;

  /** The conversions of the connection. */
  final ValueConverter converter;

  private final FieldVector vector;

  ColumnWriter(Column column, FieldVector vector, ValueConverter converter) {
    this.column = column;
    this.vector = vector;
    this.converter = converter;
  }

  /** Writes a cell. */
  final void write(int row, Cells cells, int cell) throws ValueException {
    switch (cells.kind(cell)) {
      case LONG -> writeLong(row, cells.longValue(cell));
      case DOUBLE -> writeDouble(row, cells.doubleValue(cell));
      case FLOAT -> writeFloat(row, (float) cells.doubleValue(cell));
      case BOOLEAN -> writeBoolean(row, cells.longValue(cell) != 0);
      case OBJECT, NULL, UNSET -> write(row, cells.value(cell));
    }
  }

  /** Writes any value; null is NULL. */
  final void write(int row, @Nullable Object value) throws ValueException {
    if (value != null) {
      writeObject(row, value);
      return;
    }
    if (!column.nullable()) {
      throw new ValueException(
          ValueException.NULL_NOT_ALLOWED, "the column is NOT NULL; set a value");
    }
    writeNull(row);
  }

  /** Writes NULL over whatever a failed row may have left there. */
  void writeNull(int row) {
    vector.setNull(row);
  }

  abstract void writeObject(int row, Object value) throws ValueException;

  void writeLong(int row, long value) throws ValueException {
    writeObject(row, value);
  }

  void writeFloat(int row, float value) throws ValueException {
    writeObject(row, value);
  }

  void writeDouble(int row, double value) throws ValueException {
    writeObject(row, value);
  }

  void writeBoolean(int row, boolean value) throws ValueException {
    writeObject(row, value);
  }
}
