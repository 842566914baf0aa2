package io.tunnel.server.store;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.sql.SQLException;
import java.util.Base64;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampNanoVector;

/**
 * Copies ranges of rows from a column of a DuckDB result into an Arrow vector. The column has the
 * type of {@link ColumnStorage#readExpression}. Chosen once per column.
 */
interface VectorFill {
  /**
   * What these rows take of memory beside what every row takes, about.
   *
   * @param from the first row in the chunk
   */
  default long bytes(ResultChunks chunk, int from, int count) {
    return 0;
  }

  /**
   * Copies rows of the chunk behind the rows that the vector has.
   *
   * @param from the first row in the chunk
   * @param row the same row in the vector; the vector has room for all, of a fixed width, and holds
   *     zeros from there
   * @throws SQLException if a value has no form outside of DuckDB
   */
  void copy(ResultChunks chunk, int from, int row, int count) throws SQLException;

  /** The fill for column {@code index}, from 0. */
  static VectorFill of(Column column, int index, FieldVector vector) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return ofPrimitive(primitive, column.name(), index, vector);
    }
    if (type instanceof DecimalType decimal) {
      return new DecimalFill(index, decimal, (DecimalVector) vector);
    }
    if (type.isNested()) {
      NestedText nested = new NestedText(type);
      return new TextRowFill(
          column.name(), index, (text, row) -> nested.read(text, vector, row), vector::setNull);
    }
    return new TextFill(column.name(), index, (BaseVariableWidthVector) vector);
  }

  private static VectorFill ofPrimitive(
      PrimitiveType type, String name, int index, FieldVector vector) {
    return switch (type) {
      case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, INTERVAL_YEAR_MONTH ->
          new FixedWidthFill(index, (BaseFixedWidthVector) vector);
      case DATE ->
          new FixedWidthFill(index, (BaseFixedWidthVector) vector) {
            @Override
            void check(long values, int count) throws SQLException {
              for (int i = 0; i < count; i++) {
                int days = MemoryUtil.getInt(values + (long) i * Integer.BYTES);
                requireFinite(name, Math.abs(days) == Integer.MAX_VALUE);
              }
            }
          };
      case DATETIME ->
          new FixedWidthFill(index, (BaseFixedWidthVector) vector) {
            @Override
            void check(long values, int count) throws SQLException {
              for (int i = 0; i < count; i++) {
                long millis = MemoryUtil.getLong(values + (long) i * Long.BYTES);
                requireFinite(name, Math.abs(millis) == Long.MAX_VALUE);
              }
            }
          };
      // DuckDB's infinities are the two outermost numbers, which here are times like others.
      case TIMESTAMP, TIMESTAMP_NTZ ->
          vector instanceof TimeStampNanoVector wire
              ? new FixedWidthFill(index, wire)
              : new LongRowFill(index, (row, nanos) -> LeafText.setNanos(vector, row, nanos));
      case INTERVAL_DAY_TIME ->
          new LongRowFill(index, (row, nanos) -> LeafText.setDayTime(vector, row, nanos));
      case BOOLEAN -> new BooleanFill(index, (BitVector) vector);
      case STRING, JSON -> new TextFill(name, index, (BaseVariableWidthVector) vector);
      case BINARY -> {
        BaseVariableWidthVector bytes = (BaseVariableWidthVector) vector;
        yield new TextRowFill(
            name,
            index,
            (text, row) -> bytes.setSafe(row, Base64.getDecoder().decode(text)),
            row -> {});
      }
    };
  }

  private static void requireFinite(String column, boolean infinite) throws SQLException {
    if (infinite) {
      throw new SQLException("Column " + column + ": infinity is not a date");
    }
  }
}
