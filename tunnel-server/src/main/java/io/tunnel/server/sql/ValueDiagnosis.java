package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Finds the value for which an INSERT failed: DuckDB names neither row nor column. Costs one more
 * pass over the source, after a failure only.
 */
final class ValueDiagnosis {
  private ValueDiagnosis() {}

  /** The failure with row, column and value if they can be found, otherwise as DuckDB says it. */
  static SqlFailure explain(
      SQLException failure,
      Workspace workspace,
      List<Column> columns,
      String source,
      Instance instance) {
    SqlFailure plain = DuckDbErrors.failure(failure, instance);
    String message = String.valueOf(failure.getMessage());
    if (plain.isCancelled() || message.startsWith("Binder") || message.startsWith("Catalog")) {
      return plain;
    }
    try (Database.Lease lease = workspace.database().lease();
        Statement statement = lease.connection().createStatement()) {
      for (int i = 0; i < columns.size(); i++) {
        try (ResultSet found = statement.executeQuery(query(columns, i, source))) {
          if (found.next()) {
            return failure(columns.get(i), found.getLong(1), found.getString(2), failure);
          }
        }
      }
    } catch (SQLException e) {
      // The source itself fails, so there is no row to name.
      plain.addSuppressed(e);
    }
    return plain;
  }

  private static String query(List<Column> columns, int index, String source) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      names.append(i == 0 ? "s" : ", s").append(i);
    }
    Column column = columns.get(index);
    String value = "s" + index;
    String wrong;
    if (column.type() instanceof CharType text) {
      wrong = "length(CAST(" + value + " AS VARCHAR)) > " + text.length();
    } else if (column.type() instanceof VarcharType text) {
      wrong = "length(CAST(" + value + " AS VARCHAR)) > " + text.length();
    } else {
      wrong =
          value
              + " IS NOT NULL AND TRY_CAST("
              + value
              + " AS "
              + ColumnStorage.duckDbType(column.type())
              + ") IS NULL";
    }
    if (!column.nullable()) {
      wrong = value + " IS NULL OR (" + wrong + ")";
    }
    return "SELECT n, CAST("
        + value
        + " AS VARCHAR) FROM (SELECT *, row_number() OVER () AS n FROM ("
        + source
        + ") AS source("
        + names
        + ")) WHERE "
        + wrong
        + " ORDER BY n LIMIT 1";
  }

  private static SqlFailure failure(Column column, long row, String value, SQLException cause) {
    String reason =
        value == null
            ? "NULL is not allowed, the column is NOT NULL"
            : "the value " + value + " does not fit; change it or the column";
    return SqlFailure.of(
        SqlFailure.RUNTIME,
        "Invalid arguments - column "
            + column.name()
            + " ("
            + column.type()
            + "), row "
            + row
            + ": "
            + reason,
        cause);
  }
}
