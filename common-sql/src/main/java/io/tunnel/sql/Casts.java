package io.tunnel.sql;

import io.tunnel.sql.parser.DataTypeName;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;

/** CAST: where DuckDB would round, or write a value in another form, a macro comes before it. */
final class Casts {
  private Casts() {}

  static SqlNode rewrite(SqlNode original, SqlNode value, DataTypeName type, String duckDbType) {
    return switch (type.name()) {
      case "TINYINT", "SMALLINT", "INT", "BIGINT" ->
          DuckDbNodes.cast(
              isInteger(original) ? value : DuckDbNodes.call("mc_integer", value), duckDbType);
      // Not by way of a DOUBLE.
      case "DECIMAL" ->
          DuckDbNodes.cast(
              original instanceof SqlNumericLiteral number
                  ? DuckDbNodes.raw(number.toValue())
                  : value,
              duckDbType);
      case "STRING" -> DuckDbNodes.call("mc_string", value);
      case "VARCHAR", "CHAR" ->
          DuckDbNodes.template("left(mc_string({0}), " + type.arguments().get(0) + ")", value);
      case "BINARY" -> DuckDbNodes.call("mc_binary", value);
      case "DATETIME" -> DuckDbNodes.call("mc_datetime", value);
      case "DATE" -> DuckDbNodes.template("CAST(mc_day({0}) AS DATE)", value);
      default -> DuckDbNodes.cast(value, duckDbType);
    };
  }

  private static boolean isInteger(SqlNode original) {
    return original instanceof SqlNumericLiteral number && number.isInteger();
  }
}
