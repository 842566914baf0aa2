package io.tunnel.server.store;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;

/**
 * Sets one row of an Arrow vector from a column of a DuckDB result whose values are the scalars of
 * {@link ColumnStorage#readExpression}. Chosen once per column.
 */
interface VectorFill {
  /**
   * Sets {@code row} of the vector from column {@code column} (from 1) of the current row. A vector
   * of a fixed width has room for the row, and its rows are NULL until they are set.
   */
  void set(ResultSet result, int column, int row) throws SQLException;

  /**
   * The fill for a column.
   *
   * @param values gives the values of columns that may be {@link ColumnStorage#isWide wide}
   */
  static VectorFill of(Column column, FieldVector vector, ParkedValues values) {
    MaxComputeType type = column.type();
    if (type instanceof PrimitiveType primitive) {
      return ofPrimitive(primitive, vector, values);
    }
    if (type instanceof DecimalType decimal) {
      return decimal(decimal, (DecimalVector) vector);
    }
    if (type.isNested()) {
      NestedText text = new NestedText(type);
      return (result, index, row) -> {
        byte[] value = values.bytes(result, index);
        if (value == null) {
          vector.setNull(row);
        } else {
          text.read(value, vector, row);
        }
      };
    }
    return bytes((BaseVariableWidthVector) vector, values);
  }

  private static VectorFill ofPrimitive(
      PrimitiveType type, FieldVector vector, ParkedValues values) {
    return switch (type) {
      case TINYINT -> {
        TinyIntVector target = (TinyIntVector) vector;
        yield (result, column, row) -> {
          byte value = result.getByte(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case SMALLINT -> {
        SmallIntVector target = (SmallIntVector) vector;
        yield (result, column, row) -> {
          short value = result.getShort(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case INT -> {
        IntVector target = (IntVector) vector;
        yield (result, column, row) -> {
          int value = result.getInt(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case DATE -> {
        DateDayVector target = (DateDayVector) vector;
        yield (result, column, row) -> {
          int value = result.getInt(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case INTERVAL_YEAR_MONTH -> {
        IntervalYearVector target = (IntervalYearVector) vector;
        yield (result, column, row) -> {
          int value = result.getInt(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case BIGINT -> {
        BigIntVector target = (BigIntVector) vector;
        yield (result, column, row) -> {
          long value = result.getLong(column);
          if (value != 0 || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case DATETIME -> {
        DateMilliVector target = (DateMilliVector) vector;
        yield (result, column, row) -> {
          long micros = result.getLong(column);
          if (micros != 0 || !result.wasNull()) {
            target.set(row, Math.floorDiv(micros, 1000L));
          }
        };
      }
      case TIMESTAMP, TIMESTAMP_NTZ ->
          (result, column, row) -> {
            long nanos = result.getLong(column);
            if (nanos != 0 || !result.wasNull()) {
              LeafText.setNanos(vector, row, nanos);
            }
          };
      case INTERVAL_DAY_TIME ->
          (result, column, row) -> {
            long nanos = result.getLong(column);
            if (nanos != 0 || !result.wasNull()) {
              LeafText.setDayTime(vector, row, nanos);
            }
          };
      case FLOAT -> {
        Float4Vector target = (Float4Vector) vector;
        yield (result, column, row) -> {
          float value = result.getFloat(column);
          // The driver gives NaN for NULL.
          if ((value != 0 && !Float.isNaN(value)) || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case DOUBLE -> {
        Float8Vector target = (Float8Vector) vector;
        yield (result, column, row) -> {
          double value = result.getDouble(column);
          // The driver gives NaN for NULL.
          if ((value != 0 && !Double.isNaN(value)) || !result.wasNull()) {
            target.set(row, value);
          }
        };
      }
      case BOOLEAN -> {
        BitVector target = (BitVector) vector;
        yield (result, column, row) -> {
          boolean value = result.getBoolean(column);
          if (value || !result.wasNull()) {
            target.set(row, value ? 1 : 0);
          }
        };
      }
      case STRING, JSON, BINARY -> bytes((BaseVariableWidthVector) vector, values);
    };
  }

  private static VectorFill bytes(BaseVariableWidthVector target, ParkedValues values) {
    return (result, column, row) -> {
      byte[] value = values.bytes(result, column);
      if (value != null) {
        target.setSafe(row, value);
      }
    };
  }

  private static VectorFill decimal(DecimalType type, DecimalVector target) {
    if (!ColumnStorage.isLong(type)) {
      return (result, column, row) -> {
        BigDecimal value = result.getBigDecimal(column);
        if (value != null) {
          target.set(row, value);
        }
      };
    }
    return (result, column, row) -> {
      long unscaled = result.getLong(column);
      if (unscaled != 0 || !result.wasNull()) {
        target.set(row, unscaled);
      }
    };
  }
}
