package io.tunnel.jdbc;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;

/**
 * Runs in a JVM of its own, with nothing but the driver's jar and an application's libraries:
 * batch, commit, query, Arrow stream. Prints DONE if all of it worked.
 */
public final class ShadedJarProgram {
  private static final int ROWS = 20_000;

  private ShadedJarProgram() {}

  /** Arguments: URL, user, password, name of the table to make. */
  public static void main(String[] arguments) throws Exception {
    String table = arguments[3];
    try (Connection connection =
            DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE " + table + " (id BIGINT, name STRING, at TIMESTAMP, l ARRAY<STRING>)");
      String sql = "INSERT INTO " + table + " VALUES (?, ?, ?, ?)";
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        for (int i = 0; i < ROWS; i++) {
          insert.setLong(1, i);
          insert.setString(2, "näme " + i);
          insert.setObject(3, Instant.ofEpochSecond(i, i));
          insert.setArray(4, connection.createArrayOf("string", new Object[] {"a", null}));
          insert.addBatch();
        }
        require(insert.executeBatch().length == ROWS, "counts");
        insert.setObject(3, null);
        require(insert.executeUpdate() == 1, "single insert");
      }
      long rows = 0;
      try (ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
        while (result.next()) {
          rows++;
          require(result.getString(2).equals("näme " + result.getLong(1)), "name");
          require(result.getArray(4).getArray().getClass() == String[].class, "array");
        }
      }
      require(rows == ROWS + 1, "rows");
      try (ResultSet result = statement.executeQuery("SELECT id, name FROM " + table)) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        require(result.unwrap(ArrowStream.class).writeTo(out) == ROWS + 1, "arrow rows");
        require(out.size() > ROWS, "arrow bytes");
      }
      try (ResultSet result = connection.getMetaData().getColumns(null, null, table, "%")) {
        require(result.next(), "columns");
      }
    }
    System.out.println("DONE");
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException(what);
    }
  }
}
