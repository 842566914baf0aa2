package io.tunnel.cli.file;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;

/**
 * Puts the values of one Parquet field into the vector of one column. Numbers and bytes are handed
 * over as they are; all else takes the way of its text, which is exact and has the checks of a CSV
 * field.
 */
abstract class ParquetValue {
  private static final int MAX_VALUE_SHOWN = 60;

  /**
   * A field of a file.
   *
   * @param type as DuckDB calls it
   */
  record Source(String name, String type) {
    private boolean isNested() {
      return type.endsWith("]") || type.startsWith("STRUCT") || type.startsWith("MAP");
    }

    private boolean isFloating() {
      return type.equals("FLOAT") || type.equals("DOUBLE");
    }
  }

  /** What a long holds. */
  private static final Set<String> WHOLE =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

  private static final Set<MaxComputeType> WHOLE_COLUMNS =
      Set.of(
          PrimitiveType.TINYINT, PrimitiveType.SMALLINT, PrimitiveType.INT, PrimitiveType.BIGINT);

  private final Column column;

  private ParquetValue(Column column) {
    this.column = column;
  }

  /** Whether values of the field can be values of the column. */
  static boolean supports(Source source, Column column) {
    boolean bytes = source.type().equals("BLOB");
    return !source.isNested() && bytes == (column.type() == PrimitiveType.BINARY);
  }

  /** What to select for {@link #of}. */
  static String expression(Source source, Column column) {
    String name = "\"" + source.name().replace("\"", "\"\"") + "\"";
    if (isNative(source, column.type())) {
      return WHOLE.contains(source.type()) ? "CAST(" + name + " AS BIGINT)" : name;
    }
    return "CAST(" + name + " AS VARCHAR)";
  }

  private static boolean isNative(Source source, MaxComputeType type) {
    return type == PrimitiveType.BINARY
        || (WHOLE.contains(source.type()) && WHOLE_COLUMNS.contains(type))
        || (source.isFloating() && (type == PrimitiveType.DOUBLE || type == PrimitiveType.FLOAT));
  }

  /** The way from a field to a column's vector, for one batch. */
  static ParquetValue of(Source source, Column column, FieldVector vector, ZoneId zone) {
    if (!isNative(source, column.type())) {
      return new OfText(column, FieldParser.of(column, vector, zone));
    }
    if (column.type() == PrimitiveType.BINARY) {
      return new OfBytes(column, (VarBinaryVector) vector);
    }
    if (column.type() == PrimitiveType.DOUBLE) {
      return new OfDouble(column, (Float8Vector) vector);
    }
    if (column.type() == PrimitiveType.FLOAT) {
      return new OfFloat(column, (Float4Vector) vector);
    }
    return new OfWhole(column, (WholeNumberParser) FieldParser.of(column, vector, zone));
  }

  /**
   * Puts the value of the current row.
   *
   * @return its bytes, roughly
   * @throws BadFieldException if it is not a value of the column; the reason has the value
   */
  abstract long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException;

  /** Leaves the slot NULL. */
  final long nothing() throws BadFieldException {
    if (!column.nullable()) {
      throw new BadFieldException("NULL cannot be stored, the column is NOT NULL");
    }
    return 0;
  }

  private static BadFieldException refused(Object value, String reason) {
    String text = value.toString();
    return new BadFieldException(
        "\""
            + (text.length() <= MAX_VALUE_SHOWN ? text : text.substring(0, MAX_VALUE_SHOWN) + "...")
            + "\" "
            + reason);
  }

  private static final class OfWhole extends ParquetValue {
    private final WholeNumberParser target;

    OfWhole(Column column, WholeNumberParser target) {
      super(column);
      this.target = target;
    }

    @Override
    long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException {
      long value = rows.getLong(index);
      if (value == 0 && rows.wasNull()) {
        return nothing();
      }
      try {
        target.put(value, row);
      } catch (BadFieldException e) {
        throw refused(value, e.reason());
      }
      return Long.BYTES;
    }
  }

  private static final class OfDouble extends ParquetValue {
    private final Float8Vector vector;

    OfDouble(Column column, Float8Vector vector) {
      super(column);
      this.vector = vector;
    }

    @Override
    long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException {
      double value = rows.getDouble(index);
      // The driver gives NaN for NULL.
      if ((value == 0 || Double.isNaN(value)) && rows.wasNull()) {
        return nothing();
      }
      vector.set(row, value);
      return Double.BYTES;
    }
  }

  private static final class OfFloat extends ParquetValue {
    private final Float4Vector vector;

    OfFloat(Column column, Float4Vector vector) {
      super(column);
      this.vector = vector;
    }

    @Override
    long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException {
      double value = rows.getDouble(index);
      if ((value == 0 || Double.isNaN(value)) && rows.wasNull()) {
        return nothing();
      }
      if ((float) value != value && !Double.isNaN(value)) {
        throw refused(value, "is not exactly a float; make the column a double");
      }
      vector.set(row, (float) value);
      return Float.BYTES;
    }
  }

  private static final class OfBytes extends ParquetValue {
    private final VarBinaryVector vector;

    OfBytes(Column column, VarBinaryVector vector) {
      super(column);
      this.vector = vector;
    }

    @Override
    long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException {
      byte[] value = rows.getBytes(index);
      if (value == null) {
        return nothing();
      }
      vector.setSafe(row, value);
      return value.length;
    }
  }

  private static final class OfText extends ParquetValue {
    private final FieldParser parser;
    private final Field field = new Field();
    private char[] characters = new char[64];

    OfText(Column column, FieldParser parser) {
      super(column);
      this.parser = parser;
    }

    @Override
    long put(ResultSet rows, int index, int row) throws SQLException, BadFieldException {
      String value = rows.getString(index);
      if (value == null) {
        return nothing();
      }
      if (characters.length < value.length()) {
        characters = new char[value.length()];
      }
      value.getChars(0, value.length(), characters, 0);
      field.set(characters, 0, value.length());
      if (!parser.keepsBlank() && field.isBlank()) {
        return nothing();
      }
      try {
        parser.put(field, row);
      } catch (BadFieldException e) {
        throw refused(value, e.reason());
      }
      return value.length();
    }
  }
}
