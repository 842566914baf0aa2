package io.tunnel.server.store;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import org.duckdb.DuckDBColumnType;

/**
 * How a MaxCompute type lives in DuckDB. The one table for it:
 *
 * <ul>
 *   <li>DATETIME is TIMESTAMP_MS; TIMESTAMP and TIMESTAMP_NTZ are TIMESTAMP_NS. All are plain
 *       numbers without a zone, so no zone can shift them.
 *   <li>JSON is VARCHAR, so that the text stays as it was written.
 *   <li>INTERVAL_YEAR_MONTH is INTEGER months, INTERVAL_DAY_TIME is BIGINT nanoseconds, because
 *       DuckDB's INTERVAL loses nanoseconds.
 *   <li>DECIMAL without parameters is DECIMAL(38,18).
 * </ul>
 *
 * <p>Rows travel into DuckDB as scalars only: integers for decimals and times, base 64 for bytes,
 * and JSON with text leaves for nested values. They leave it as they are stored, but for bytes and
 * nested values.
 */
public final class ColumnStorage {
  private static final int LONG_DIGITS = 18;

  private ColumnStorage() {}

  /** The DuckDB type of a column. */
  public static String duckDbType(MaxComputeType type) {
    if (type instanceof PrimitiveType primitive) {
      return switch (primitive) {
        case TINYINT, SMALLINT, BIGINT, FLOAT, DOUBLE, BOOLEAN, DATE -> primitive.name();
        case INT, INTERVAL_YEAR_MONTH -> "INTEGER";
        case STRING, JSON -> "VARCHAR";
        case BINARY -> "BLOB";
        case DATETIME -> "TIMESTAMP_MS";
        case TIMESTAMP, TIMESTAMP_NTZ -> "TIMESTAMP_NS";
        case INTERVAL_DAY_TIME -> "BIGINT";
      };
    }
    if (type instanceof DecimalType decimal) {
      return "DECIMAL(" + decimal.arrowPrecision() + "," + decimal.scale() + ")";
    }
    return nested(type, false);
  }

  /** The type with the same shape in which every leaf is text. */
  static String textShape(MaxComputeType type) {
    return nested(type, true);
  }

  private static String nested(MaxComputeType type, boolean textLeaves) {
    if (type instanceof CharType || type instanceof VarcharType) {
      return "VARCHAR";
    }
    if (type instanceof ArrayType array) {
      return nested(array.element(), textLeaves) + "[]";
    }
    if (type instanceof MapType map) {
      return "MAP(" + nested(map.key(), textLeaves) + ", " + nested(map.value(), textLeaves) + ")";
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream()
          .map(f -> quote(f.name()) + " " + nested(f.type(), textLeaves))
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }
    return textLeaves ? "VARCHAR" : duckDbType(type);
  }

  /** The type of the scalars in which the values of a column enter DuckDB. */
  static DuckDBColumnType loadType(MaxComputeType type) {
    if (type instanceof PrimitiveType primitive) {
      return switch (primitive) {
        case TINYINT -> DuckDBColumnType.TINYINT;
        case SMALLINT -> DuckDBColumnType.SMALLINT;
        case INT, DATE, INTERVAL_YEAR_MONTH -> DuckDBColumnType.INTEGER;
        case BIGINT, DATETIME, TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME ->
            DuckDBColumnType.BIGINT;
        case FLOAT -> DuckDBColumnType.FLOAT;
        case DOUBLE -> DuckDBColumnType.DOUBLE;
        case BOOLEAN -> DuckDBColumnType.BOOLEAN;
        case STRING, JSON, BINARY -> DuckDBColumnType.VARCHAR;
      };
    }
    if (type instanceof DecimalType decimal) {
      return isLong(decimal) ? DuckDBColumnType.BIGINT : DuckDBColumnType.HUGEINT;
    }
    return DuckDBColumnType.VARCHAR;
  }

  /** The expression that makes the stored value from a scalar of {@link #loadType}. */
  static String loadExpression(MaxComputeType type, String scalar) {
    if (type instanceof PrimitiveType primitive) {
      return switch (primitive) {
        case TINYINT,
            SMALLINT,
            INT,
            BIGINT,
            FLOAT,
            DOUBLE,
            BOOLEAN,
            STRING,
            JSON,
            INTERVAL_YEAR_MONTH,
            INTERVAL_DAY_TIME ->
            scalar;
        case BINARY -> "from_base64(" + scalar + ")";
        case DATE -> "DATE '1970-01-01' + " + scalar;
        case DATETIME -> "CAST(make_timestamp_ms(" + scalar + ") AS TIMESTAMP_MS)";
        // DuckDB's infinities are the two outermost numbers, which here are times like others.
        case TIMESTAMP, TIMESTAMP_NTZ ->
            "CASE "
                + scalar
                + " WHEN 9223372036854775807 THEN TIMESTAMP_NS 'infinity'"
                + " WHEN -9223372036854775807 THEN TIMESTAMP_NS '-infinity'"
                + " ELSE make_timestamp_ns("
                + scalar
                + ") END";
      };
    }
    if (type instanceof DecimalType decimal) {
      int width = isLong(decimal) ? LONG_DIGITS : DecimalType.MAX_PRECISION;
      String whole = "CAST(" + scalar + " AS DECIMAL(" + width + ",0))";
      if (decimal.scale() == 0) {
        return "CAST(" + whole + " AS " + duckDbType(decimal) + ")";
      }
      String unit = BigDecimal.ONE.movePointLeft(decimal.scale()).toPlainString();
      int scale = decimal.scale();
      return "CAST("
          + whole
          + " * CAST('"
          + unit
          + "' AS DECIMAL("
          + (scale + 1)
          + ","
          + scale
          + ")) AS "
          + duckDbType(decimal)
          + ")";
    }
    if (type.isNested()) {
      return "CAST(CAST(CAST("
          + scalar
          + " AS JSON) AS "
          + textShape(type)
          + ") AS "
          + duckDbType(type)
          + ")";
    }
    return scalar;
  }

  /**
   * The expression that {@link RowExport} reads from a stored value: the value as it is, base 64 of
   * bytes, and JSON with text leaves of nested values.
   */
  static String readExpression(MaxComputeType type, String stored) {
    if (type == PrimitiveType.BINARY) {
      return "to_base64(" + stored + ")";
    }
    if (type.isNested()) {
      return "CAST(to_json(CAST(" + stored + " AS " + textShape(type) + ")) AS VARCHAR)";
    }
    return stored;
  }

  /** Whether the unscaled value fits a long. */
  static boolean isLong(DecimalType type) {
    return type.precision() <= LONG_DIGITS;
  }

  /** An identifier in double quotes. */
  public static String quote(String identifier) {
    return "\"" + identifier.replace("\"", "\"\"") + "\"";
  }

  /** A text literal. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
