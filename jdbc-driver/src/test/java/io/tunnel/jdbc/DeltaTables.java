package io.tunnel.jdbc;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/** What the tests of tables with a primary key share. */
final class DeltaTables {
  /** Behind the columns of CREATE TABLE. */
  static final String WHOLE_ROWS =
      " TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\"4\")";

  /** The same for a table that allows partial updates. */
  static final String PARTIAL =
      " TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\"4\","
          + " \"acid.partial.fields.update.enable\"=\"true\")";

  private DeltaTables() {}

  /** Executes one batch with these parameters. */
  static int[] batch(Connection connection, String sql, Object[]... entries) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Object[] entry : entries) {
        for (int i = 0; i < entry.length; i++) {
          statement.setObject(i + 1, entry[i]);
        }
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  /** The rows of a query, their values with strokes between them. */
  static List<String> rows(Connection connection, String query) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(rows.getString(i)));
        }
        found.add(String.join("|", row));
      }
    }
    return found;
  }

  /** Two keys of a type, near to each other. */
  static Object[] keys(String type) {
    return switch (type.replaceAll("\\(.*", "")) {
      case "TINYINT" -> new Object[] {(byte) -128, (byte) 127};
      case "SMALLINT" -> new Object[] {Short.MIN_VALUE, Short.MAX_VALUE};
      case "INT" -> new Object[] {Integer.MIN_VALUE, Integer.MAX_VALUE};
      case "BIGINT" -> new Object[] {Long.MIN_VALUE + 1, Long.MAX_VALUE};
      case "STRING" -> new Object[] {"it's \\ 名前\n", "it's \\ 名前\n "};
      case "VARCHAR" -> new Object[] {"a", "A"};
      case "CHAR" -> new Object[] {"x", "x y"};
      case "DECIMAL" -> new Object[] {new BigDecimal("-1.0001"), new BigDecimal("-1.0002")};
      case "DATE" -> new Object[] {LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)};
      case "DATETIME" ->
          new Object[] {
            Instant.parse("1969-12-31T23:59:59.999Z"), Instant.parse("1970-01-01T00:00:00.001Z")
          };
      case "TIMESTAMP" ->
          new Object[] {
            Instant.parse("1969-12-31T23:59:59.999999999Z"),
            Instant.parse("2026-11-28T00:00:00.000000001Z")
          };
      case "TIMESTAMP_NTZ" ->
          new Object[] {
            LocalDateTime.parse("1969-12-31T23:59:59.999999999"),
            LocalDateTime.parse("2026-11-28T00:00:00.000000001")
          };
      case "FLOAT" -> new Object[] {0.1f, -1.0e-30f};
      case "DOUBLE" -> new Object[] {0.1 + 0.2, 0.3};
      case "BOOLEAN" -> new Object[] {true, false};
      case "BINARY" -> new Object[] {new byte[] {0, -1, 39}, new byte[] {0, -1}};
      default -> throw new IllegalArgumentException(type);
    };
  }
}
