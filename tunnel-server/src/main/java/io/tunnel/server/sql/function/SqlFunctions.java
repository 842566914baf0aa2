package io.tunnel.server.sql.function;

import io.tunnel.sql.MaxComputeMacros;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/** Makes a database ready for translated statements: the functions {@code tunnel_…}, the macros. */
public final class SqlFunctions {
  private static final int PRECISION = 38;
  private static final int SCALE = 18;

  private SqlFunctions() {}

  /** A function of texts; none of them is NULL. */
  @FunctionalInterface
  interface TextFunction {
    /** The result; null for NULL. */
    @Nullable String apply(String... arguments);
  }

  @FunctionalInterface
  private interface DecimalFunction {
    BigDecimal apply(BigDecimal left, BigDecimal right);
  }

  /** Registers the functions and creates the macros; both last as long as the database is open. */
  public static void prepare(Connection connection) throws SQLException {
    text(connection, "tunnel_get_json_object", 2, a -> JsonPath.of(a[1]).read(a[0]));
    text(connection, "tunnel_parse_url", 2, a -> UrlParts.part(a[0], a[1]));
    text(connection, "tunnel_parse_url_key", 3, a -> UrlParts.queryValue(a[0], a[1], a[2]));
    text(connection, "tunnel_url_encode", 1, a -> UrlParts.encode(a[0]));
    text(connection, "tunnel_url_decode", 1, a -> UrlParts.decode(a[0]));
    text(connection, "tunnel_conv", 3, a -> TextForms.converted(a[0], a[1], a[2]));
    text(connection, "tunnel_sha2", 2, a -> TextForms.sha2(a[0], a[1]));
    text(connection, "tunnel_crc32", 1, a -> TextForms.crc32(a[0]));
    text(connection, "tunnel_soundex", 1, a -> TextForms.soundex(a[0]));
    text(connection, "tunnel_format_number", 2, a -> TextForms.formatted(a[0], a[1]));
    text(connection, "tunnel_find", 4, a -> TextSearch.find(a[0], a[1], a[2], a[3]));
    decimal(connection, "tunnel_divide", (a, b) -> a.divide(b, SCALE, RoundingMode.HALF_UP));
    decimal(
        connection,
        "tunnel_multiply",
        (a, b) -> a.multiply(b).setScale(SCALE, RoundingMode.HALF_UP));
    try (Statement statement = connection.createStatement()) {
      for (String macro : MaxComputeMacros.statements()) {
        statement.execute(macro);
      }
    }
  }

  private static void text(
      Connection connection, String name, int parameters, TextFunction function)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      DuckDBColumnType[] types = new DuckDBColumnType[parameters];
      java.util.Arrays.fill(types, DuckDBColumnType.VARCHAR);
      builder
          .withName(name)
          .withParameters(types)
          .withReturnType(DuckDBColumnType.VARCHAR)
          .withVectorizedFunction((rows, results) -> apply(function, parameters, rows, results))
          .register(connection);
    }
  }

  private static void apply(
      TextFunction function,
      int parameters,
      DuckDBDataChunkReader rows,
      DuckDBWritableVector results) {
    String[] arguments = new String[parameters];
    for (long row = 0; row < rows.rowCount(); row++) {
      String result = read(rows, row, arguments) ? function.apply(arguments) : null;
      if (result == null) {
        results.setNull(row);
      } else {
        results.setString(row, result);
      }
    }
  }

  private static boolean read(DuckDBDataChunkReader rows, long row, String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (rows.vector(i).isNull(row)) {
        return false;
      }
      arguments[i] = rows.vector(i).getString(row);
    }
    return true;
  }

  private static void decimal(Connection connection, String name, DecimalFunction function)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction();
        DuckDBLogicalType type = DuckDBLogicalType.decimal(PRECISION, SCALE)) {
      builder
          .withName(name)
          .withParameters(type, type)
          .withReturnType(type)
          .withVectorizedFunction(
              (rows, results) -> {
                for (long row = 0; row < rows.rowCount(); row++) {
                  if (rows.vector(0).isNull(row) || rows.vector(1).isNull(row)) {
                    results.setNull(row);
                  } else {
                    results.setBigDecimal(
                        row,
                        function.apply(
                            rows.vector(0).getBigDecimal(row), rows.vector(1).getBigDecimal(row)));
                  }
                }
              })
          .register(connection);
    }
  }
}
