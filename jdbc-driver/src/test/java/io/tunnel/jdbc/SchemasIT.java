package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A project with schemas, views and keys, in a server of its own. */
class SchemasIT {
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = DriverManager.getConnection("jdbc:tunnel:mem:schemas?project=demo&schema=default");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA sales");
      statement.execute("CREATE TABLE here (a INT)");
      statement.execute("CREATE TABLE sales.orders (id BIGINT, item STRING)");
      statement.execute("CREATE VIEW sales.seen AS SELECT id FROM sales.orders");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private static List<String> rows(ResultSet rows, String... labels) throws SQLException {
    List<String> found = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (String label : labels) {
          row.add(rows.getString(label));
        }
        found.add(String.join(".", row));
      }
    }
    return found;
  }

  @Test
  void schemasTablesAndViewsAreListedBySchemaPattern() throws SQLException {
    DatabaseMetaData metaData = connection.getMetaData();
    assertThat(rows(metaData.getSchemas(), "TABLE_CATALOG", "TABLE_SCHEM"))
        .containsExactly("demo.default", "demo.sales");
    assertThat(rows(metaData.getSchemas("demo", "s%"), "TABLE_SCHEM")).containsExactly("sales");
    assertThat(
            rows(
                metaData.getTables(null, null, "%", null),
                "TABLE_CAT",
                "TABLE_SCHEM",
                "TABLE_NAME",
                "TABLE_TYPE"))
        .containsExactlyInAnyOrder(
            "demo.default.here.TABLE", "demo.sales.orders.TABLE", "demo.sales.seen.VIEW");
    assertThat(rows(metaData.getTables(null, "sal_s", "%", new String[] {"VIEW"}), "TABLE_NAME"))
        .containsExactly("seen");
    assertThat(rows(metaData.getColumns(null, "sales", "orders", "%"), "COLUMN_NAME"))
        .containsExactly("id", "item");
  }

  @Test
  void insertsReachTheSchemaThatTheStatementOrTheConnectionNames() throws SQLException {
    insert("INSERT INTO sales.orders VALUES (?, 'named')");
    connection.setSchema("sales");
    insert("INSERT INTO orders VALUES (?, 'current')");
    try (Statement statement = connection.createStatement()) {
      assertThat(rows(statement.executeQuery("SELECT item FROM orders ORDER BY item"), "item"))
          .containsExactly("current", "named");
      assertThat(SqlFailure.of(() -> statement.executeQuery("SELECT * FROM here")).state())
          .isEqualTo("42S02");
    }
  }

  private void insert(String sql) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setLong(1, 1);
      // As SQL: upload sessions of the local server know the schema default only.
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void changesByKeyReachTheSchemaThatTheStatementNames() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE sales.stock (id BIGINT, n BIGINT, PRIMARY KEY (id)) PARTITIONED BY (ds"
              + " STRING)"
              + DeltaTables.PARTIAL);
      Object[][] rows = {{1, 10, "x"}, {2, 20, "x"}};
      DeltaTables.batch(connection, "UPSERT INTO sales.stock VALUES (?, ?, ?)", rows);
      Object[][] keys = {{"x", 2}, {"x", 3}};
      assertThat(
              DeltaTables.batch(
                  connection, "DELETE FROM sales.stock WHERE ds = ? AND id = ?", keys))
          .containsExactly(1, 0);
      assertThat(DeltaTables.rows(connection, "SELECT * FROM sales.stock"))
          .containsExactly("1|10|x");
    }
  }

  @Test
  void primaryKeysAreListedByNameWithTheirPlace() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE keyed (a BIGINT NOT NULL, b STRING NOT NULL, c INT, PRIMARY KEY (b, a))"
              + " TBLPROPERTIES (\"transactional\"=\"true\")");
    }
    assertThat(
            rows(
                connection.getMetaData().getPrimaryKeys(null, "default", "keyed"),
                "COLUMN_NAME",
                "KEY_SEQ"))
        .containsExactly("a.2", "b.1");
  }

  @Test
  void unknownTypesAndSchemasAreToldByName() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      SqlFailure type = SqlFailure.of(() -> statement.execute("CREATE TABLE x (a NOTATYPE)"));
      assertThat(type.state()).startsWith("42");
      assertThat(type.message()).contains("column a", "NOTATYPE");
      SqlFailure schema =
          SqlFailure.of(() -> statement.executeQuery("SELECT * FROM nowhere.orders"));
      assertThat(schema.state()).isIn("42S02", "3F000");
      assertThat(schema.message()).contains("nowhere");
    }
  }
}
