package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.SqlLiterals;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Value;
import java.util.HashMap;
import java.util.Map;

/** The DEFAULT clauses of columns: MaxCompute's SQL in the catalog, DuckDB's in the table. */
final class ColumnDefaults {
  private ColumnDefaults() {}

  /** The text that the catalog keeps. */
  static String text(Value value) {
    return value instanceof Value.Expression expression
        ? expression.sqlText()
        : SqlLiterals.literal(((Value.Literal) value).value());
  }

  /** DuckDB's expressions for the columns that have a default. */
  static Map<String, String> of(TableSchema schema, DuckDbTranslator translator)
      throws SqlFailure, SqlTranslationException {
    Map<String, String> defaults = new HashMap<>();
    for (Column column : schema.columns()) {
      String text = column.defaultValue();
      if (text != null) {
        try {
          defaults.put(column.name(), translator.expression(text));
        } catch (SqlSyntaxException e) {
          throw SqlFailure.of(
              SqlFailure.SEMANTIC,
              "Semantic analysis exception - the default of column "
                  + column.name()
                  + " cannot be read: "
                  + e.getMessage(),
              e);
        }
      }
    }
    return defaults;
  }
}
